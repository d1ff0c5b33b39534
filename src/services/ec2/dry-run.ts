import { dryRunSucceeded } from "./errors.ts"

/**
 * "Checks whether you have the required permissions for the action, without actually making the
 * request": who comes so far has them. Throws DryRunOperation.
 */
export function endDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun === true) throw dryRunSucceeded()
}
