/** Sets a key that a client chose: `__proto__` becomes a plain property like any other. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  } else {
    target[key] = value
  }
}
