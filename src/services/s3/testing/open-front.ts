import { S3Client } from "@aws-sdk/client-s3"
import type { Cloud } from "../../../gateway/cloud.ts"
import { createFront } from "../../../gateway/front.ts"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import {
  answerOf,
  NOW,
  openCloud,
  request,
  type Answer,
} from "../../../gateway/testing/open-cloud.ts"
import type { WireRequest } from "../../../kernel/wire.ts"

/** A cloud behind the front that sockets have: browsers' rules, web sites, forms. */
export interface TestFront {
  readonly cloud: Cloud
  readonly client: S3Client
  send(wire: Partial<WireRequest> & { readonly text?: string }): Promise<Answer>
}

export async function openFront(
  account = "000000000000",
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<TestFront> {
  const cloud = await openCloud({ strict })
  const key = strict ? (await cloud.rootKey()).key : { accessKeyId: account, secret: "test" }
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  const config = {
    region: "us-east-1",
    endpoint: "http://localhost:4566",
    forcePathStyle: true,
    credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secret },
    requestHandler: createSdkHandler(front),
    systemClockOffset: NOW - Date.now(),
  }
  return {
    cloud,
    client: new S3Client(config),
    send: (wire) => answerOf(front(request({ method: "GET", ...wire }))),
  }
}
