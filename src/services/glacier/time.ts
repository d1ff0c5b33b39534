/** `2013-03-20T17:03:43.221Z` */
export const isoTime = (ms: number): string => new Date(ms).toISOString()
