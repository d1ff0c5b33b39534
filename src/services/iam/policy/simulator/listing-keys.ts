import { op, type Out } from "../../define.ts"
import { onAccount } from "../../grant.ts"
import { keysOfPolicies } from "./context-keys.ts"
import { findEntity, onEntity } from "../entity.ts"
import { givenSource, sourcesOf, type Source } from "./sources.ts"

const given = (texts: readonly string[] = []): readonly Source[] =>
  texts.map((text, place) =>
    givenSource({ id: `PolicyInputList.${place + 1}`, text, kind: "identity" }),
  )

const namesOf = (sources: readonly Source[]): { ContextKeyNames: readonly string[] } => ({
  ContextKeyNames: keysOfPolicies(sources.map(({ policy }) => policy)),
})

export const GetContextKeysForCustomPolicy = op.read("GetContextKeysForCustomPolicy", {
  authorize: onAccount,
  run: (_tx, { PolicyInputList }): Out<"GetContextKeysForCustomPolicy"> =>
    namesOf(given(PolicyInputList)),
})

export const GetContextKeysForPrincipalPolicy = op.read("GetContextKeysForPrincipalPolicy", {
  authorize: onEntity(({ PolicySourceArn }) => PolicySourceArn),
  run(tx, input, { account }): Out<"GetContextKeysForPrincipalPolicy"> {
    const entity = findEntity(tx, account, input.PolicySourceArn)
    return namesOf([...sourcesOf(tx, entity), ...given(input.PolicyInputList)])
  },
})
