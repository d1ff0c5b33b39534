import { X509Certificate } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import { badTrustAnchor, clusterInUse, otherCluster } from "./errors.ts"
import type { ClusterFacts, KeyStore } from "./key-store.ts"

interface Wanted {
  readonly id: string
  readonly input: In<"CreateCustomKeyStore">
  readonly all: readonly KeyStore[]
}

/** The cluster that a store is made on. There are no clusters here to look at: its name is believed. */
export function clusterOf(tx: WriteTx, { id, input, all }: Wanted): ClusterFacts {
  const { CloudHsmClusterId, TrustAnchorCertificate, KeyStorePassword } = input
  // Not verified: the words.
  if (!CloudHsmClusterId || !TrustAnchorCertificate || KeyStorePassword === undefined)
    throw invalid(
      "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required for " +
        "AWS_CLOUDHSM key stores.",
    )
  if (all.some(({ cluster }) => cluster?.id === CloudHsmClusterId))
    throw clusterInUse(CloudHsmClusterId)
  assertCertificate(TrustAnchorCertificate)
  return {
    id: CloudHsmClusterId,
    trustAnchor: TrustAnchorCertificate,
    password: sealSecret(tx, id, KeyStorePassword),
  }
}

interface Move {
  readonly store: KeyStore
  readonly cluster: ClusterFacts
  readonly input: In<"UpdateCustomKeyStore">
}

/** "… a cluster that is related to the original", of which we know none: it must be the same. */
export function movedCluster(tx: WriteTx, { store, cluster, input }: Move): ClusterFacts {
  const { CloudHsmClusterId: id, KeyStorePassword: password } = input
  if (id !== undefined && id !== cluster.id) throw otherCluster(id)
  return password === undefined
    ? cluster
    : { ...cluster, password: sealSecret(tx, store.id, password) }
}

function assertCertificate(text: string): void {
  try {
    void new X509Certificate(text)
  } catch {
    throw badTrustAnchor()
  }
}

/** Base64. */
export const sealSecret = (tx: WriteTx, storeId: string, text: string): string =>
  tx.seal(Buffer.from(text), { purpose: "kms/key-store", context: storeId }).toString("base64")
