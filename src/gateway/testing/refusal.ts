interface Refused extends Error {
  /** The code, where it is no name of an exception. */
  readonly Code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

async function refused(call: Promise<unknown>, told: (error: Refused) => string): Promise<string> {
  try {
    await call
    return "no refusal"
  } catch (error) {
    return told(error as Refused)
  }
}

/** `Code: message` of what a client's call was refused with. */
export const refusalOf = (call: Promise<unknown>): Promise<string> =>
  refused(call, ({ name, message }) => `${name}: ${message}`)

/** `403 Code: message`. */
export const refusalWithStatus = (call: Promise<unknown>): Promise<string> =>
  refused(
    call,
    ({ Code, name, message, $metadata }) =>
      `${$metadata?.httpStatusCode} ${Code ?? name}: ${message}`,
  )
