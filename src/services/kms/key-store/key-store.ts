import { table } from "../../../kernel/table.ts"
import type { Out } from "../define.ts"

/** A custom key store: a CloudHSM cluster, or a key manager outside AWS behind its proxy. */
export interface KeyStore {
  readonly account: string
  readonly region: string
  /** `cks-` and 17 hexadecimal digits. */
  readonly id: string
  readonly name: string
  readonly createdMs: number
  readonly connection: "CONNECTED" | "DISCONNECTED" | "CONNECTING" | "FAILED"
  readonly connectionError?: ConnectionError | undefined
  readonly cluster?: ClusterFacts | undefined
  readonly proxy?: ProxyFacts | undefined
}

/** Why a store is FAILED. */
export type ConnectionError = NonNullable<
  NonNullable<Out<"DescribeCustomKeyStores">["CustomKeyStores"]>[number]["ConnectionErrorCode"]
>

export interface ClusterFacts {
  readonly id: string
  /** PEM of the certificate that signed the cluster's. */
  readonly trustAnchor: string
  /** Base64, sealed: the password of the user `kmsuser`. */
  readonly password: string
}

export interface ProxyFacts {
  readonly endpoint: string
  readonly path: string
  readonly connectivity: "PUBLIC_ENDPOINT" | "VPC_ENDPOINT_SERVICE"
  readonly accessKeyId: string
  /** Base64, sealed. */
  readonly secret: string
}

export const keyStores = table<KeyStore>("kms/key-store", {
  key: ({ account, region, id }) => [account, region, id],
  indexes: { byName: ({ account, region, name }) => [account, region, name] },
  cached: true,
})
