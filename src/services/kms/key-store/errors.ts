import { op } from "../define.ts"

/* None of these words is verified. */

export const noSuchStore = (id: string) =>
  op.error("CustomKeyStoreNotFoundException", `Custom key store ${id} is not found.`)

export const storeState = (id: string, state: string) =>
  op.error(
    "CustomKeyStoreInvalidStateException",
    `Custom key store ${id} is in state ${state}, which is not valid for this operation.`,
  )

export const storeNameInUse = (name: string) =>
  op.error("CustomKeyStoreNameInUseException", `The custom key store name ${name} is in use.`)

export const storeHasKeys = (id: string) =>
  op.error("CustomKeyStoreHasCMKsException", `Custom key store ${id} contains KMS keys.`)

export const clusterInUse = (id: string) =>
  op.error("CloudHsmClusterInUseException", `Cluster ${id} is in use by another custom key store.`)

export const noSuchCluster = (id: string) =>
  op.error("CloudHsmClusterNotFoundException", `Cluster ${id} is not found.`)

export const clusterNotActive = (id: string) =>
  op.error("CloudHsmClusterNotActiveException", `Cluster ${id} is not active.`)

export const clusterConfiguration = (message: string) =>
  op.error("CloudHsmClusterInvalidConfigurationException", message)

export const otherCluster = (id: string) =>
  op.error("CloudHsmClusterNotRelatedException", `Cluster ${id} does not share its backups.`)

export const badTrustAnchor = () =>
  op.error(
    "IncorrectTrustAnchorException",
    "The trust anchor certificate is not the one of the cluster.",
  )

export const proxyUriInUse = () =>
  op.error("XksProxyUriInUseException", "The proxy URI is in use by another custom key store.")

export const noEndpointService = (name: string) =>
  op.error(
    "XksProxyVpcEndpointServiceNotFoundException",
    `The VPC endpoint service ${name} is not found.`,
  )

export const badProxy = (message: string) =>
  op.error("XksProxyInvalidConfigurationException", message)

export const xksKeyInUse = (id: string) =>
  op.error("XksKeyAlreadyInUseException", `The external key ${id} is in use by another KMS key.`)
