import type { WriteTx } from "../../kernel/transaction.ts"
import type { Parameter } from "./parameter/parameter.ts"

/** What EventBridge is told of a parameter ("Parameter Store Change", "… Policy Action"). */
export type ParameterEvent =
  | {
      readonly kind: "change"
      readonly operation: "Create" | "Update" | "Delete" | "LabelParameterVersion"
    }
  | { readonly kind: "policy"; readonly type: string; readonly text: string }

/**
 * The one place that knows of all events. There is no EventBridge to send them to: until there is,
 * nobody is told, and NOTES.md says so.
 */
export function raise(_tx: WriteTx, _parameter: Parameter, _event: ParameterEvent): void {}
