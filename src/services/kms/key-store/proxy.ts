import type { WriteTx } from "../../../kernel/transaction.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import { sealSecret } from "./cluster.ts"
import { badProxy, noEndpointService, proxyUriInUse } from "./errors.ts"
import type { KeyStore, ProxyFacts } from "./key-store.ts"
import type { Proxy } from "./xks/client.ts"

interface Wanted {
  readonly id: string
  readonly input: In<"CreateCustomKeyStore">
  readonly all: readonly KeyStore[]
}

/** The proxy of a key manager outside: it has answered. */
export function proxyOf(tx: WriteTx, { id, input, all }: Wanted): ProxyFacts {
  const { endpoint, path, connectivity, credential } = assertProxy(input, all)
  return {
    ...{ endpoint, path, connectivity },
    accessKeyId: credential.AccessKeyId,
    secret: sealSecret(tx, id, credential.RawSecretAccessKey),
  }
}

/** What can be refused without the proxy. */
export function assertProxy(input: In<"CreateCustomKeyStore">, all: readonly KeyStore[]) {
  const { XksProxyUriEndpoint: endpoint, XksProxyUriPath: path } = input
  const credential = input.XksProxyAuthenticationCredential
  const connectivity = input.XksProxyConnectivity as ProxyFacts["connectivity"] | undefined
  // Not verified: the words.
  if (endpoint === undefined || path === undefined || !credential || !connectivity)
    throw invalid(
      "XksProxyUriEndpoint, XksProxyUriPath, XksProxyConnectivity and " +
        "XksProxyAuthenticationCredential are required for EXTERNAL_KEY_STORE key stores.",
    )
  assertConnectivity(input)
  assertFree({ endpoint, path }, all)
  return { endpoint, path, connectivity, credential }
}

/** There are no VPCs, and so no endpoint services in them. */
function assertConnectivity({
  XksProxyConnectivity: connectivity,
  XksProxyVpcEndpointServiceName: name,
}: In<"CreateCustomKeyStore"> | In<"UpdateCustomKeyStore">): void {
  if (connectivity !== "VPC_ENDPOINT_SERVICE" && name !== undefined)
    throw badProxy("XksProxyVpcEndpointServiceName goes with VPC_ENDPOINT_SERVICE.")
  if (connectivity !== "VPC_ENDPOINT_SERVICE") return
  if (name === undefined)
    throw badProxy("XksProxyVpcEndpointServiceName goes with VPC_ENDPOINT_SERVICE.")
  throw noEndpointService(name)
}

/** As it is spoken with before there is a store. */
export function proxyAsked(input: In<"CreateCustomKeyStore">, region: string): Proxy {
  const { XksProxyAuthenticationCredential: credential } = input
  return {
    url: `${input.XksProxyUriEndpoint}${input.XksProxyUriPath}`,
    accessKeyId: credential?.AccessKeyId ?? "",
    secret: credential?.RawSecretAccessKey ?? "",
    region,
  }
}

/** "… must be unique in the account and Region". */
function assertFree(wanted: Pick<ProxyFacts, "endpoint" | "path">, all: readonly KeyStore[]): void {
  for (const { proxy } of all)
    if (proxy?.endpoint === wanted.endpoint && proxy.path === wanted.path) throw proxyUriInUse()
}

interface Change {
  readonly store: KeyStore
  readonly proxy: ProxyFacts
  readonly input: In<"UpdateCustomKeyStore">
}

export function changedProxy(tx: WriteTx, { store, proxy, input }: Change): ProxyFacts {
  const credential = input.XksProxyAuthenticationCredential
  assertConnectivity(input)
  return {
    ...proxy,
    endpoint: input.XksProxyUriEndpoint ?? proxy.endpoint,
    path: input.XksProxyUriPath ?? proxy.path,
    accessKeyId: credential?.AccessKeyId ?? proxy.accessKeyId,
    secret: credential ? sealSecret(tx, store.id, credential.RawSecretAccessKey) : proxy.secret,
  }
}
