import { DomainError } from '@afrochat/kernel'

/**
 * Starts all sides at once, in odd rounds in the other order: what became of each, `done` or the code of its refusal.
 * Anything else, a deadlock for one, is thrown.
 */
export async function race(round: number, ...sides: (() => Promise<unknown>)[]): Promise<string[]> {
  const order = round % 2 === 0 ? sides : sides.toReversed()
  const outcomes = await Promise.all(order.map(async (side) => {
    try {
      await side()
      return 'done'
    } catch (error) {
      if (error instanceof DomainError) return error.code
      throw error
    }
  }))
  return round % 2 === 0 ? outcomes : outcomes.toReversed()
}
