import { onPolicy } from "../access.ts"
import { op, type Out } from "../define.ts"
import { defaultVersionStays, tooManyVersions, versionMissing } from "../errors.ts"
import { POLICY_VERSIONS } from "../limits.ts"
import { seconds } from "../names.ts"
import { pageOf } from "../paging.ts"
import { assertManagedDocument, encodeDocument } from "./document.ts"
import { changeablePolicy, documentOf, findManaged } from "./managed.ts"
import {
  findVersion,
  ownPolicy,
  policies,
  policyVersions,
  versionId,
  versionsOf,
} from "./policy.ts"

export const CreatePolicyVersion = op.write("CreatePolicyVersion", {
  authorize: onPolicy,
  run(tx, input, call): Out<"CreatePolicyVersion"> {
    const policy = changeablePolicy(tx, call, input.PolicyArn)
    const { account, id: policyId } = policy
    assertManagedDocument(input.PolicyDocument)
    if (versionsOf(tx, policy).length >= POLICY_VERSIONS) throw tooManyVersions(POLICY_VERSIONS)
    const number = policy.lastVersion + 1
    const createdMs = seconds(tx.now)
    const document = input.PolicyDocument
    tx.insert(policyVersions, { account, policyId, number, document, createdMs })
    const isDefault = input.SetAsDefault === true
    tx.replace(policies, policy, {
      ...policy,
      lastVersion: number,
      updatedMs: createdMs,
      defaultVersion: isDefault ? number : policy.defaultVersion,
    })
    return {
      PolicyVersion: {
        VersionId: versionId(number),
        IsDefaultVersion: isDefault,
        CreateDate: createdMs,
      },
    }
  },
})

export const GetPolicyVersion = op.read("GetPolicyVersion", {
  authorize: onPolicy,
  run(tx, { PolicyArn, VersionId }, { account }): Out<"GetPolicyVersion"> {
    const at = { arn: PolicyArn, versionId: VersionId }
    const { document, createdMs, isDefault } = documentOf(tx, account, at)
    return {
      PolicyVersion: {
        Document: encodeDocument(document),
        VersionId,
        IsDefaultVersion: isDefault,
        CreateDate: createdMs,
      },
    }
  },
})

export const ListPolicyVersions = op.read("ListPolicyVersions", {
  authorize: onPolicy,
  run(tx, input, { account }): Out<"ListPolicyVersions"> {
    const managed = findManaged(tx, account, input.PolicyArn)
    const policy = ownPolicy(tx, account, input.PolicyArn)
    // Newest first.
    const all = policy
      ? versionsOf(tx, policy)
          .toReversed()
          .map(({ number, createdMs }) => ({ id: versionId(number), createdMs }))
      : [{ id: managed.versionId, createdMs: managed.updatedMs }]
    const places = new Map(all.map(({ id }, place) => [id, String(place)]))
    const { items, more } = pageOf(all, ({ id }) => places.get(id) ?? "", input)
    return {
      Versions: items.map(({ id, createdMs }) => ({
        VersionId: id,
        IsDefaultVersion: id === managed.versionId,
        CreateDate: createdMs,
      })),
      ...more,
    }
  },
})

export const DeletePolicyVersion = op.write("DeletePolicyVersion", {
  authorize: onPolicy,
  run(tx, { PolicyArn, VersionId }, call): Out<"DeletePolicyVersion"> {
    const policy = changeablePolicy(tx, call, PolicyArn)
    const version = findVersion(tx, policy, VersionId)
    if (!version) throw versionMissing(PolicyArn, VersionId)
    if (version.number === policy.defaultVersion) throw defaultVersionStays()
    tx.remove(policyVersions, version)
    return {}
  },
})

export const SetDefaultPolicyVersion = op.write("SetDefaultPolicyVersion", {
  authorize: onPolicy,
  run(tx, { PolicyArn, VersionId }, call): Out<"SetDefaultPolicyVersion"> {
    const policy = changeablePolicy(tx, call, PolicyArn)
    const version = findVersion(tx, policy, VersionId)
    if (!version) throw versionMissing(PolicyArn, VersionId)
    tx.replace(policies, policy, { ...policy, defaultVersion: version.number })
    return {}
  },
})
