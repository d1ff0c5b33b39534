/** A mistake in the command line: said in one line, with what would be right. */
export class UsageError extends Error {}
