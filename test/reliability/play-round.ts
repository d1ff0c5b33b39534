import type { Dice } from "../simulation/dice.ts"
import { Lost } from "./asking.ts"
import type { ServerProcess } from "./server-process.ts"

/** One who works by a client, step by step, until the server is gone. */
export interface Worker<Client> {
  readonly answered: number
  /** Throws Lost; any other error is a broken promise. */
  step(client: Client): Promise<void>
}

interface Players<Client> {
  readonly client: Client
  readonly users: readonly Worker<Client>[]
  readonly dice: Dice
}

/** All users work until the server is killed, at a moment that the requests decide. */
export async function playRound<Client>(
  server: ServerProcess,
  { client, users, dice }: Players<Client>,
): Promise<void> {
  const answeredBefore = users.reduce((all, user) => all + user.answered, 0)
  const target = answeredBefore + dice.pick([1, 5, 20, 40])
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const work = async (user: Worker<Client>): Promise<void> => {
    for (;;) {
      if (users.reduce((all, one) => all + one.answered, 0) >= target) resolve()
      try {
        await user.step(client)
      } catch (error) {
        if (error instanceof Lost) return
        throw error
      }
    }
  }
  const working = Promise.all(users.map(work))
  await Promise.race([reached, working])
  // Requests are under way now; how far they have come is chance.
  await new Promise((later) => setTimeout(later, dice.pick([0, 1, 3, 10, 25])))
  await server.kill()
  await working
  if (server.complaints !== "") throw new Error(`it complained: ${server.complaints}`)
}
