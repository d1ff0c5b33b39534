import {
  isIssuedBy,
  isSelfSigned,
  readCertificate,
  sameBytes,
  type Certificate,
} from "../../../engines/x509/certificate.ts"
import { DerError } from "../../../engines/x509/der-reader.ts"
import { pemBlocks } from "../../../engines/x509/pem.ts"
import { readRequest } from "../../../engines/x509/request.ts"
import { job } from "../../../kernel/later/later.ts"
import { backUpCluster } from "../backup/operations.ts"
import { asks, op, type Out } from "../define.ts"
import { badRequest, wrongState } from "../errors.ts"
import { BACKUP_ROUND_MS } from "../limits.ts"
import {
  clusterOf,
  clusterOrArn,
  clusterResource,
  clusters,
  findCluster,
  refOf,
  type Cluster,
  type ClusterRef,
} from "./cluster.ts"

export const InitializeCluster = op.write("InitializeCluster", {
  authorize: asks.on<Cluster, { readonly ClusterId: string }>(clusterResource, clusterOrArn),
  run(tx, { ClusterId: id, SignedCert, TrustAnchor }, call): Out<"InitializeCluster"> {
    const cluster = findCluster(tx, id, call)
    const { csr } = cluster
    if (cluster.state !== "UNINITIALIZED") throw wrongState(id, cluster.state)
    if (csr === undefined)
      throw badRequest(`Cluster ${id} has no HSM yet: there is nothing to sign.`)
    assertIssued(SignedCert, { trustAnchor: TrustAnchor, csr })
    const changed: Cluster = {
      ...{ ...cluster, state: "INITIALIZE_IN_PROGRESS", csr: undefined },
      ...{ certificate: SignedCert, trustAnchor: TrustAnchor },
    }
    tx.replace(clusters, cluster, changed)
    tx.schedule(finishInitialization, refOf(cluster), tx.now)
    return {
      State: changed.state,
      StateMessage: "Cluster is initializing. State will change to INITIALIZED upon completion.",
    }
  },
})

export const finishInitialization = job<ClusterRef>("cloudhsmv2/finishInitialization", {
  run(tx, ref) {
    const cluster = clusterOf(tx, ref)
    if (cluster?.state !== "INITIALIZE_IN_PROGRESS") return
    tx.replace(clusters, cluster, { ...cluster, state: "INITIALIZED" })
    tx.schedule(backUpCluster, ref, tx.now + BACKUP_ROUND_MS)
  },
})

interface Claim {
  readonly trustAnchor: string
  readonly csr: string
}

/**
 * "You must use a self-signed certificate. The certificate used to sign the HSM CSR must be directly
 * available, and thus must be the root certificate."
 */
function assertIssued(signed: string, { trustAnchor, csr }: Claim): void {
  const own = certificateIn(signed, "SignedCert")
  const root = certificateIn(trustAnchor, "TrustAnchor")
  const [request] = pemBlocks(csr) ?? []
  if (!request || !sameBytes(readRequest(request.der).publicKey, own.publicKey))
    throw badRequest("SignedCert is not the certificate of this cluster's CSR.")
  if (!isSelfSigned(root)) throw badRequest("TrustAnchor is not a self-signed certificate.")
  if (!isIssuedBy(own, root)) throw badRequest("SignedCert was not issued by TrustAnchor.")
}

function certificateIn(text: string, name: string): Certificate {
  const [block, ...others] = pemBlocks(text) ?? []
  if (block?.label !== "CERTIFICATE" || others.length > 0)
    throw badRequest(`${name} is not a certificate in PEM format.`)
  try {
    return readCertificate(block.der)
  } catch (error) {
    if (error instanceof DerError) throw badRequest(`${name} is not a certificate in PEM format.`)
    throw error
  }
}
