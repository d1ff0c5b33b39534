import type { ReadTx } from "../../../kernel/transaction.ts"
import { badPattern, invalid, patternMismatch } from "../errors.ts"
import type { ParameterType } from "./parameter.ts"

/**
 * Throws InvalidAllowedPatternException, ParameterPatternMismatchException. A pattern that finds no
 * end is no pattern: not verified.
 */
export function assertPattern(tx: ReadTx, pattern: string, value: string): void {
  let matches: boolean
  try {
    matches = tx.matches(new RegExp(pattern, "u"), value)
  } catch {
    // No expression, too large a one, or one that takes too long.
    throw badPattern(pattern)
  }
  if (!matches) throw patternMismatch(pattern)
}

const IMAGE = /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/
/** "Working with parameters of webhook integrations". */
const INTEGRATIONS = "/d9d01087-4a3f-49e0-b0b4-d568d7826553/ssm/integrations/webhook/"

/** Throws ValidationException; the first text is quoted, the others are not verified. */
export function dataTypeOf(
  dataType: string | undefined = "text",
  {
    type,
    input,
  }: { type: ParameterType; input: { readonly Name: string; readonly Value: string } },
): string {
  switch (dataType) {
    case "text":
      break
    case "aws:ec2:image":
      if (type !== "String") throw invalid("The data type aws:ec2:image needs the type String.")
      if (!IMAGE.test(input.Value)) throw invalid("The value is not the id of an AMI.")
      break
    case "aws:ssm:integration":
      if (type !== "SecureString" || !input.Name.startsWith(INTEGRATIONS))
        throw invalid(
          `The data type aws:ssm:integration needs a SecureString under ${INTEGRATIONS}.`,
        )
      break
    default:
      throw invalid(
        `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
      )
  }
  return dataType
}
