/** Somebody asked for what cannot be done. The message tells them what could be. */
export class Mistake extends Error {}
