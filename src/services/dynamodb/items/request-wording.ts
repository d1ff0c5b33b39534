import { AwsError } from "../../../protocols/aws-error.ts"
import { RequestError, validation } from "../errors.ts"

/**
 * AWS checks requests in two ways, and words some refusals in two ways (recorded in four Regions in
 * October 2026, most of it in all but two). In the newer way, and each in an envelope, are checked
 * PutItem, UpdateItem and DeleteItem; in the newer way, without it, GetItem, BatchGetItem and Query;
 * in the older way all others, of which transactions are changing, Region by Region. Only what is
 * checked before the table is looked up belongs to it.
 *
 * Refusals are thrown in their older words; a `RequestError` brings along the newer ones.
 */
type Check<Input, Asked> = (input: Input) => Asked

const ENVELOPE = "1 validation error detected: "

/** The check, its refusals in the words of the newer way and in its envelope. */
export const enveloped = <Input, Asked>(check: Check<Input, Asked>): Check<Input, Asked> =>
  inNewerWords(check, ENVELOPE)

/** The check, its refusals in the words of the newer way. */
export const newlyWorded = <Input, Asked>(check: Check<Input, Asked>): Check<Input, Asked> =>
  inNewerWords(check, "")

function inNewerWords<Input, Asked>(
  check: Check<Input, Asked>,
  envelope: string,
): Check<Input, Asked> {
  return (input) => {
    try {
      return check(input)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const { newer = error.message, enveloped = true } = error instanceof RequestError ? error : {}
      throw validation(enveloped ? envelope + newer : newer)
    }
  }
}
