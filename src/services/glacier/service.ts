import { defineService } from "../../registry/service.ts"
import { archives, leaves, parts } from "./archive/archive.ts"
import { DeleteArchive } from "./archive/delete.ts"
import { dropContent, purgeDeleted } from "./archive/purge.ts"
import { UploadArchive } from "./archive/upload.ts"
import { invalid, missing } from "./errors.ts"
import { holdersOf } from "./archive/holders.ts"
import { DescribeJob, ListJobs } from "./job/describe.ts"
import { expireJob, finishArchive, finishInventory } from "./job/finish.ts"
import { InitiateJob } from "./job/initiate.ts"
import { jobs } from "./job/job.ts"
import { onTell } from "./job/notify.ts"
import { GetJobOutput } from "./job/output.ts"
import { finishSelect } from "./job/select/finish.ts"
import { CompleteMultipartUpload } from "./multipart/complete.ts"
import { dropUploads, expireUpload } from "./multipart/drop.ts"
import { AbortMultipartUpload, InitiateMultipartUpload } from "./multipart/initiate.ts"
import { ListMultipartUploads, ListParts } from "./multipart/lists.ts"
import { UploadMultipartPart } from "./multipart/part.ts"
import { uploads } from "./multipart/upload.ts"
import {
  capacities,
  endCapacity,
  ListProvisionedCapacity,
  PurchaseProvisionedCapacity,
} from "./retrieval/capacity.ts"
import { GetDataRetrievalPolicy, retrievals, SetDataRetrievalPolicy } from "./retrieval/policy.ts"
import {
  DeleteVaultAccessPolicy,
  GetVaultAccessPolicy,
  SetVaultAccessPolicy,
} from "./vault/access-policy.ts"
import {
  AbortVaultLock,
  CompleteVaultLock,
  expireLock,
  GetVaultLock,
  InitiateVaultLock,
} from "./vault/lock.ts"
import {
  DeleteVaultNotifications,
  GetVaultNotifications,
  SetVaultNotifications,
} from "./vault/notifications.ts"
import { daily } from "./vault/storage.ts"
import { AddTagsToVault, ListTagsForVault, RemoveTagsFromVault } from "./vault/tags.ts"
import { vaultResource, vaults } from "./vault/vault.ts"
import { CreateVault, DeleteVault, DescribeVault, ListVaults } from "./vault/vaults.ts"

const API_VERSION = "2012-06-01"

export const glacier = defineService({
  id: "glacier",
  operations: {
    ...{ CreateVault, DescribeVault, DeleteVault, ListVaults },
    ...{ AddTagsToVault, ListTagsForVault, RemoveTagsFromVault },
    ...{ SetVaultAccessPolicy, GetVaultAccessPolicy, DeleteVaultAccessPolicy },
    ...{ InitiateVaultLock, AbortVaultLock, CompleteVaultLock, GetVaultLock },
    ...{ SetVaultNotifications, GetVaultNotifications, DeleteVaultNotifications },
    ...{ UploadArchive, DeleteArchive },
    ...{ InitiateMultipartUpload, UploadMultipartPart, CompleteMultipartUpload },
    ...{ AbortMultipartUpload, ListMultipartUploads, ListParts },
    ...{ InitiateJob, DescribeJob, ListJobs, GetJobOutput },
    ...{ SetDataRetrievalPolicy, GetDataRetrievalPolicy },
    ...{ PurchaseProvisionedCapacity, ListProvisionedCapacity },
  },
  resources: [vaultResource],
  tables: [vaults, archives, parts, leaves, uploads, jobs, retrievals, capacities],
  jobs: [
    ...[daily, purgeDeleted, dropContent, expireUpload, dropUploads, expireLock],
    ...[finishArchive, finishInventory, finishSelect, expireJob, endCapacity],
  ],
  receivers: [onTell],
  holders: holdersOf,
  /** "Common Request Headers": each request names the version of the API. */
  complete(input) {
    const { apiVersion } = input
    if (apiVersion === undefined) throw missing("API version")
    if (apiVersion !== API_VERSION) throw invalid("Invalid API version")
    return input
  },
})
