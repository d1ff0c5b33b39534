import {
  GetObjectCommand,
  WriteGetObjectResponseCommand,
  type S3Client,
  type WriteGetObjectResponseCommandInput,
} from "@aws-sdk/client-s3"
import type { Lens, LensEvent } from "./open-lens.ts"

/** The key that every lens has an object under. */
export const KEY = "a b/ü"

export const read = async (client: S3Client, Bucket: string, Key = KEY): Promise<string> =>
  (await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? ""

/** Answers as a function does, with an SDK's client over a socket. */
export const write = (
  lens: Lens,
  { getObjectContext: { outputRoute, outputToken } }: LensEvent,
  more: Partial<WriteGetObjectResponseCommandInput>,
) =>
  lens.s3().send(
    new WriteGetObjectResponseCommand({
      RequestRoute: outputRoute,
      RequestToken: outputToken,
      ...more,
    }),
  )

/** The object behind the lens, by the URL that the event has. */
export function fetched(event: LensEvent): Promise<Response> {
  const { inputS3Url: url } = event.getObjectContext
  return fetch(url, { headers: signedHeaders(url, event) })
}

/** The headers that a URL says are signed, as AWS has functions send them. */
function signedHeaders(url: string, { userRequest }: LensEvent): Record<string, string> {
  const names = new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";") ?? []
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(userRequest.headers))
    if (name !== "Host" && names.includes(name.toLowerCase())) headers[name] = value
  return headers
}
