import type { WriteTx } from "../../../kernel/transaction.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import { sealSecret } from "./cluster.ts"
import { badProxy, proxyServiceInUse, proxyUriInUse } from "./errors.ts"
import type { KeyStore, ProxyFacts } from "./key-store.ts"

interface Wanted {
  readonly id: string
  readonly input: In<"CreateCustomKeyStore">
  readonly all: readonly KeyStore[]
}

/** The proxy of a key manager outside. Nobody calls it: its address is believed. */
export function proxyOf(tx: WriteTx, { id, input, all }: Wanted): ProxyFacts {
  const { XksProxyUriEndpoint: endpoint, XksProxyUriPath: path } = input
  const credential = input.XksProxyAuthenticationCredential
  const connectivity = input.XksProxyConnectivity as ProxyFacts["connectivity"] | undefined
  // Not verified: the words.
  if (endpoint === undefined || path === undefined || !credential || !connectivity)
    throw invalid(
      "XksProxyUriEndpoint, XksProxyUriPath, XksProxyConnectivity and " +
        "XksProxyAuthenticationCredential are required for EXTERNAL_KEY_STORE key stores.",
    )
  const vpcEndpointService = input.XksProxyVpcEndpointServiceName
  if ((connectivity === "VPC_ENDPOINT_SERVICE") !== (vpcEndpointService !== undefined))
    throw badProxy("XksProxyVpcEndpointServiceName goes with VPC_ENDPOINT_SERVICE.")
  const proxy: ProxyFacts = {
    ...{ endpoint, path, connectivity, vpcEndpointService },
    vpcEndpointServiceOwner: input.XksProxyVpcEndpointServiceOwner,
    accessKeyId: credential.AccessKeyId,
    secret: sealSecret(tx, id, credential.RawSecretAccessKey),
  }
  assertFree(proxy, all)
  return proxy
}

/** "… must be unique in the account and Region". */
function assertFree(wanted: ProxyFacts, all: readonly KeyStore[]): void {
  for (const { proxy } of all) {
    if (proxy?.endpoint === wanted.endpoint && proxy.path === wanted.path) throw proxyUriInUse()
    if (proxy?.vpcEndpointService && proxy.vpcEndpointService === wanted.vpcEndpointService)
      throw proxyServiceInUse()
  }
}

interface Change {
  readonly store: KeyStore
  readonly proxy: ProxyFacts
  readonly input: In<"UpdateCustomKeyStore">
}

export function changedProxy(tx: WriteTx, { store, proxy, input }: Change): ProxyFacts {
  const credential = input.XksProxyAuthenticationCredential
  return {
    endpoint: input.XksProxyUriEndpoint ?? proxy.endpoint,
    path: input.XksProxyUriPath ?? proxy.path,
    connectivity:
      (input.XksProxyConnectivity as ProxyFacts["connectivity"] | undefined) ?? proxy.connectivity,
    vpcEndpointService: input.XksProxyVpcEndpointServiceName ?? proxy.vpcEndpointService,
    vpcEndpointServiceOwner: input.XksProxyVpcEndpointServiceOwner ?? proxy.vpcEndpointServiceOwner,
    accessKeyId: credential?.AccessKeyId ?? proxy.accessKeyId,
    secret: credential ? sealSecret(tx, store.id, credential.RawSecretAccessKey) : proxy.secret,
  }
}
