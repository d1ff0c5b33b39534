/** Makes something when it is first asked for; what failed is tried again by the next who asks. */
export function madeOnce<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  const forget = (error: unknown): never => {
    made = undefined
    throw error
  }
  return () => (made ??= make().catch(forget))
}
