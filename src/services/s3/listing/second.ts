/** S3 tells times to the second in every document (recorded of lists, parts, uploads, copies). */
export const toSecond = (ms: number): number => ms - (ms % 1000)
