/**
 * An address as nearly everybody has one. Quoted local parts (`"a, b"@example.com`), address literals and characters
 * outside of ASCII are valid too, and left out: nobody has them, and servers have been led astray by each.
 */
const ADDRESS = /^(?=[^@]{1,64}@[^@]{1,253}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i

/** Whether mail can be sent to it: it is one address, and nothing in it speaks to the server. */
export const isMailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text)
