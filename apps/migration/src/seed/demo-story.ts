/** Everybody's password in the demo: for one's own machine, and printed in the documentation. */
export const DEMO_PASSWORD = 'karibu-afrochat'

export type DemoPerson = 'ada' | 'kofi' | 'zuri' | 'thabo' | 'amina'

export const demoPeople: Readonly<Record<DemoPerson, { readonly displayName: string }>> = {
  ada: { displayName: 'Ada Okafor' },
  kofi: { displayName: 'Kofi Mensah' },
  zuri: { displayName: 'Zuri Wanjiku' },
  thabo: { displayName: 'Thabo Nkosi' },
  amina: { displayName: 'Amina Diallo' },
}

/** Marks the accounts of the demo: an account of one of the names without this address is a real person's. */
export const demoEmail = (person: DemoPerson) => `${person}@demo.afrochat.example`

export const demoWorkspace: Readonly<Record<'name' | 'slug' | 'description', string> & { owner: DemoPerson }> = {
  name: 'Baobab Studio',
  slug: 'demo',
  description: 'A small design and software studio between Lagos, Accra, Nairobi, Johannesburg and Dakar',
  owner: 'ada',
}

export interface DemoMessage {
  readonly by: DemoPerson
  readonly text: string
  /** Emoji, and who reacted with it. */
  readonly reactions?: Readonly<Record<string, readonly DemoPerson[]>>
  readonly replies?: readonly DemoMessage[]
  /** Also sent to the channel. */
  readonly alsoInChannel?: boolean
  /** What it said at first, before its author edited it. */
  readonly firstText?: string
}

export interface DemoChannel {
  readonly name: string
  readonly kind: 'public' | 'private'
  readonly description: string
  readonly members: readonly DemoPerson[]
  readonly messages: readonly DemoMessage[]
}

/** The first member makes the channel; `general` is there already, with everybody in it. */
export const demoChannels: readonly DemoChannel[] = [
  {
    name: 'general',
    kind: 'public',
    description: '',
    members: ['ada', 'kofi', 'zuri', 'thabo', 'amina'],
    messages: [
      {
        by: 'ada',
        text: 'Good morning everybody, and welcome to our new home! From today we talk here. Threads keep side conversations together, so please use them.',
        reactions: { '👋🏾': ['kofi', 'zuri', 'amina'], '🎉': ['thabo', 'kofi'] },
      },
      { by: 'kofi', text: 'Akwaaba! Much nicer than five different group chats on three phones.', reactions: { '😂': ['ada', 'zuri', 'thabo'] } },
      {
        by: 'zuri',
        text: 'Habari! Quick question before I forget: who has the keys of the Nairobi office this weekend? The electrician comes on Saturday at nine.',
        replies: [
          { by: 'ada', text: 'I am in Lagos until Tuesday, so not me.' },
          { by: 'thabo', text: 'I left the spare set with the guard at the gate. Just give him your name.' },
          { by: 'zuri', text: 'Perfect, asante @thabo!', reactions: { '🙏🏾': ['thabo'] } },
          { by: 'zuri', text: 'The electrician has been and gone: we have light again on both floors.', alsoInChannel: true, reactions: { '💡': ['ada', 'kofi', 'amina'] } },
        ],
      },
      {
        by: 'amina',
        firstText: 'Reminder: the client call from Dakar is at 15:00 UTC today.',
        text: 'Reminder: the client call from Dakar is at 16:00 UTC today. (I had the wrong hour at first, sorry.)',
        reactions: { '👍🏿': ['ada', 'kofi'] },
      },
      { by: 'thabo', text: 'Power is back in Johannesburg, so my build finished after all. I will demo the new sign-in page at the end of the day.', reactions: { '🔥': ['ada'] } },
    ],
  },
  {
    name: 'launch',
    kind: 'public',
    description: 'Everything about the launch of the market app',
    members: ['ada', 'kofi', 'thabo', 'amina'],
    messages: [
      { by: 'ada', text: 'Ten days to go. Let us collect here what is still open:\n• payments by mobile money\n• translations (French, Swahili, isiZulu)\n• load test' },
      {
        by: 'kofi',
        text: 'Mobile money works in the sandbox. The one thing I do not like yet is that a timeout looks like a failure to the customer.',
        replies: [
          { by: 'amina', text: 'Could we say "We are still waiting for your provider" and keep asking in the background?' },
          { by: 'kofi', text: 'Yes, with an idempotency key it is safe to ask again:\n```\nPOST /payments\nIdempotency-Key: 7c1e…\n```' },
          { by: 'ada', text: 'Do that, please. Nobody should ever pay twice because of a bad network.', reactions: { '💯': ['kofi', 'amina', 'thabo'] } },
        ],
      },
      {
        by: 'amina',
        text: 'The French texts are ready for review: who reads over them? @kofi, you said you would?',
        replies: [{ by: 'kofi', text: 'Mais oui. Tonight, after dinner.' }, { by: 'amina', text: 'Merci ! 🙂' }],
      },
      { by: 'thabo', text: 'Load test: 2,000 shoppers at once on one small machine, p99 at 180 ms. We are fine.', reactions: { '🚀': ['ada', 'kofi', 'amina'], '👏🏾': ['ada'] } },
    ],
  },
  {
    name: 'random',
    kind: 'public',
    description: 'Football, food, music, and whatever else',
    members: ['kofi', 'ada', 'zuri', 'thabo', 'amina'],
    messages: [
      {
        by: 'kofi',
        text: 'Settle this once and for all: whose jollof is the best?',
        reactions: { '🇬🇭': ['kofi', 'zuri'], '🇳🇬': ['ada'], '🇸🇳': ['amina'] },
        replies: [
          { by: 'ada', text: 'This is not a question. This is a provocation.' },
          { by: 'amina', text: 'It was invented by the Wolof. You are all welcome.', reactions: { '👑': ['zuri', 'thabo'] } },
          { by: 'thabo', text: 'I am bringing popcorn. And pap.' },
        ],
      },
      { by: 'zuri', text: 'A giraffe stood on the road this morning and looked at me as if I were the one out of place. 🦒', reactions: { '🦒': ['ada', 'kofi', 'amina', 'thabo'] } },
      { by: 'thabo', text: 'Amapiano playlist for the sprint, who wants in?', reactions: { '🙋🏾': ['zuri', 'ada'] } },
    ],
  },
  {
    name: 'budget',
    kind: 'private',
    description: 'Numbers that are not for everybody yet',
    members: ['ada', 'zuri'],
    messages: [
      { by: 'ada', text: 'The bank confirmed the credit line. I would like to hire a second designer in Nairobi before the launch. Can we?' },
      { by: 'zuri', text: 'If the pilot pays in January as agreed, yes. I have put both cases into the sheet.', reactions: { '✅': ['ada'] } },
    ],
  },
]
