import { expect, test } from "vitest"
import * as errors from "./errors.ts"

test("statuses that are not 400", () => {
  expect(errors.purgeQueueInProgress("q").options.status).toBe(403)
  expect(errors.tooManyInFlight().options.status).toBe(403)
  expect(errors.queueOfArnMissing("SourceArn").options.status).toBe(404)
  expect(errors.queueDoesNotExist().options.status).toBeUndefined()
})

test("a missing queue is told in the words of the protocol", () => {
  expect(errors.queueDoesNotExist().message).toBe("The specified queue does not exist.")
  expect(errors.queueDoesNotExist(true).message).toBe(
    "The specified queue does not exist for this wsdl version.",
  )
})

test("the size of a message is told differently in a batch", () => {
  expect(errors.messageTooLong(1024, false).message).toBe(
    "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
  )
  expect(errors.messageTooLong(1024, true).message).toBe(
    "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
  )
  expect(errors.batchRequestTooLong(1_048_577).message).toBe(
    "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
  )
})
