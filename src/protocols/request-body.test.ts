import { expect, test } from "vitest"
import type { ByteStream } from "../kernel/wire.ts"
import { bufferBody, requestBody, takesStream, wholeBody } from "./request-body.ts"
import { postRequest } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"

async function* chunks(...texts: string[]): ByteStream & AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test("which operations take a stream", () => {
  const takes = (service: string, operation: string) =>
    takesStream(publishedModel(service).operations[operation]!)
  expect(takes("s3", "PutObject")).toBe(true)
  expect(takes("lexv2-runtime", "StartConversation")).toBe(true)
  expect(takes("lambda", "Invoke")).toBe(false)
  expect(takes("sqs", "SendMessage")).toBe(false)
  expect(takes("sts", "GetCallerIdentity")).toBe(false)
})

test("a stream becomes a body, up to a limit", async () => {
  const request = { ...postRequest(""), stream: chunks("ab", "c") }
  const whole = await bufferBody(request, 3)
  expect(Buffer.from(whole.body).toString()).toBe("abc")
  expect(whole.stream).toBeUndefined()
  const large = { ...postRequest(""), stream: chunks("ab", "cd") }
  await expect(bufferBody(large, 3)).rejects.toMatchObject({ options: { status: 413 } })
  const small = postRequest("a")
  expect(await bufferBody(small, 0)).toBe(small)
})

test("a body that is not in memory is refused, not taken for an empty one", () => {
  const request = { ...postRequest(""), stream: chunks("a") }
  expect(() => wholeBody(request)).toThrow("too large")
  expect(() => requestBody(request)).toThrow("too large")
})
