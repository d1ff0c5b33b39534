import type { ScalableDimension } from "../namespace.ts"
import { invalid } from "../errors.ts"
import type { ScalingPolicy, TargetTracking } from "./policy.ts"

/** API: TargetTrackingScalingPolicyConfiguration. */
const LEAST = 8.515_92e-109
const MOST = 1.174_271e108

/** As Java writes it: `70.0`. */
const double = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : `${value}`)

/** Throws ValidationException. The texts about target values are recorded, the others not verified. */
export function assertTracking(tracking: TargetTracking, dimension: ScalableDimension): void {
  const { TargetValue: value } = tracking
  if (!(value >= LEAST && value <= MOST))
    throw invalid(
      `For target tracking scaling, target value must be between '8.51592E-109' and '1.174271E108', but was '${double(value)}'.`,
    )
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } =
    tracking
  if ((predefined === undefined) === (custom === undefined))
    throw invalid(
      "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.",
    )
  if (predefined) assertPredefined(predefined, value, dimension)
  if (custom) assertCustomized(custom)
}

function assertPredefined(
  {
    PredefinedMetricType: type,
    ResourceLabel,
  }: NonNullable<TargetTracking["PredefinedMetricSpecification"]>,
  value: number,
  { metric, targets }: ScalableDimension,
): void {
  if (type !== metric)
    throw invalid(`The predefined metric type ${type} is not supported for the scalable dimension.`)
  if (ResourceLabel !== undefined)
    throw invalid(`Resource labels are not supported for the predefined metric type ${type}.`)
  if (value < targets.least || value > targets.most)
    throw invalid(
      `For predefined metric type ${type}, target value must be between '${double(targets.least)}' and '${double(targets.most)}', but was '${double(value)}'.`,
    )
}

type Customized = NonNullable<TargetTracking["CustomizedMetricSpecification"]>

/** API: CustomizedMetricSpecification: one metric, or queries. */
function assertCustomized({ Metrics, MetricName, Namespace, Statistic }: Customized): void {
  if (Metrics && (MetricName ?? Namespace ?? Statistic) !== undefined)
    throw invalid("Metrics cannot be specified together with MetricName, Namespace or Statistic.")
  if (!Metrics && (MetricName === undefined || Namespace === undefined || Statistic === undefined))
    throw invalid("MetricName, Namespace and Statistic must be specified for a customized metric.")
}

/** As users quote it. */
export function assertOnlyOne(
  others: readonly ScalingPolicy[],
  { name, tracking }: Pick<ScalingPolicy, "name" | "tracking">,
): void {
  const own = metricOf(tracking)
  if (others.some((one) => one.name !== name && metricOf(one.tracking) === own))
    throw invalid(
      "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
    )
}

const metricOf = (tracking: TargetTracking): string => {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } =
    tracking
  return predefined ? predefined.PredefinedMetricType : JSON.stringify(custom)
}
