/** Whether a value is absent or one of those that the model has. */
export const isOneOf = (value: string | undefined, allowed: readonly string[]): boolean =>
  value === undefined || allowed.includes(value)
