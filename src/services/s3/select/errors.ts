import { AwsError } from "../../../protocols/aws-error.ts"

/**
 * What SelectObjectContent refuses, in the words of "Error responses", "List of SELECT Object
 * Content error codes". Where AWS says more (a place in the expression), `detail` says it.
 */
const MESSAGES = Object.freeze({
  AmbiguousFieldName:
    "The field name matches to multiple fields in the file. Check the SQL expression and the file, and try again.",
  CastFailed:
    "An attempt to convert from one data type to another using CAST failed in the SQL expression.",
  CSVEscapingRecordDelimiter:
    "A quoted record delimiter was found in the file. To allow quoted record delimiters, set AllowQuotedRecordDelimiter to 'TRUE'.",
  CSVUnescapedQuote:
    "An unescaped quote was found while parsing the CSV file. To allow quoted record delimiters, set AllowQuotedRecordDelimiter to 'TRUE'.",
  EvaluatorInvalidArguments:
    "There is an incorrect number of arguments in the function call in the SQL expression.",
  EvaluatorInvalidTimestampFormatPattern:
    "The timestamp format pattern contains a format specifier that is not valid in the SQL expression.",
  EvaluatorLikePatternInvalidEscapeSequence:
    "An escape sequence that is not valid was found in the LIKE pattern of the SQL expression.",
  EvaluatorNegativeLimit: "The LIMIT in the SQL expression must not be negative.",
  EvaluatorUnterminatedTimestampFormatPatternToken:
    "The timestamp format pattern contains an unterminated token in the SQL expression.",
  ExpressionTooLong:
    "The SQL expression is too long. The maximum byte-length for the SQL expression is 256 KB.",
  IllegalSqlFunctionArgument: "An illegal argument was used in the SQL function.",
  IntegerOverflow: "An integer overflow or underflow occurred in the SQL expression.",
  InvalidCompressionFormat:
    "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
  InvalidDataSource:
    "The data source type is not valid. Only CSV, JSON, and Parquet are supported.",
  InvalidDataType: "The SQL expression contains a data type that is not valid.",
  InvalidExpressionType:
    "The ExpressionType value is not valid. Only SQL expressions are supported.",
  InvalidFileHeaderInfo:
    "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are supported.",
  InvalidJsonType: "The JsonType value is not valid. Only DOCUMENT and LINES are supported.",
  InvalidQuoteFields: "The QuoteFields value is not valid. Only ALWAYS and ASNEEDED are supported.",
  InvalidRequestParameter:
    "The value of a parameter in the SelectRequest element is not valid. Check the service API documentation and try again.",
  InvalidScanRange: "The provided scan range is not valid.",
  InvalidKeyPath: "The key path in the SQL expression is not valid.",
  InvalidTableAlias: "The SQL expression contains a table alias that is not valid.",
  InvalidTextEncoding: "The encoding type is not valid. Only UTF-8 encoding is supported.",
  JSONParsingError: "An error occurred while parsing the JSON file. Check the file and try again.",
  LexerInvalidChar: "The SQL expression contains a character that is not valid.",
  LexerInvalidLiteral: "The SQL expression contains a literal that is not valid.",
  LexerInvalidOperator: "The SQL expression contains an operator that is not valid.",
  LikeInvalidInputs: "An argument given to the LIKE clause in the SQL expression is not valid.",
  MissingHeaders:
    "Some headers in the query are missing from the file. Check the file and try again.",
  MissingRequiredParameter:
    "The SelectRequest entity is missing a required parameter. Check the service documentation and try again.",
  NumberFormatError:
    "An error occurred while parsing a number. This error can be caused by underflow or overflow of integers.",
  ObjectSerializationConflict:
    "The InputSerialization element specifies more than one format (CSV, JSON, or Parquet), or the OutputSerialization element specifies more than one format (CSV or JSON). For InputSerialization and OutputSerialization, you can specify only one format for each element.",
  OverMaxColumn:
    "The number of columns in the result is greater than the maximum allowable number of columns.",
  OverMaxParquetBlockSize: "The Parquet file is above the max row group size.",
  OverMaxRecordSize:
    "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB.",
  ParquetParsingError:
    "An error occurred while parsing the Parquet file. Check the file and try again.",
  ParquetUnsupportedCompressionCodec: "The specified Parquet compression codec is not supported.",
  ParseAsteriskIsNotAloneInSelectList:
    "Other expressions are not allowed in the SELECT list when * is used without dot notation in the SQL expression.",
  ParseCastArity: "The SQL expression CAST has incorrect arity.",
  ParseEmptySelect: "The SQL expression contains an empty SELECT clause.",
  ParseExpected2TokenTypes: "The expected token was not found in the SQL expression.",
  ParseExpectedArgumentDelimiter:
    "The expected argument delimiter was not found in the SQL expression.",
  ParseExpectedDatePart: "The expected date part was not found in the SQL expression.",
  ParseExpectedExpression: "The expected SQL expression was not found.",
  ParseExpectedIdentForAlias:
    "The expected identifier for the alias was not found in the SQL expression.",
  ParseExpectedIdentForAt:
    "The expected identifier for AT name was not found in the SQL expression.",
  ParseExpectedKeyword: "The expected keyword was not found in the SQL expression.",
  ParseExpectedLeftParenAfterCast:
    "The expected left parenthesis after CAST was not found in the SQL expression.",
  ParseExpectedLeftParenValueConstructor:
    "The expected left parenthesis was not found in the SQL expression.",
  ParseExpectedRightParenBuiltinFunctionCall:
    "The expected right parenthesis character was not found in the SQL expression.",
  ParseExpectedTypeName: "The expected type name was not found in the SQL expression.",
  ParseExpectedWhenClause:
    "The expected WHEN clause in the SQL expression was not found. CASE is not supported.",
  ParseInvalidContextForWildcardInSelectList:
    "The use of * in the SELECT list in the SQL expression is not valid.",
  ParseInvalidPathComponent: "The SQL expression contains a path component that is not valid.",
  ParseInvalidTypeParam: "The SQL expression contains a parameter value that is not valid.",
  ParseMalformedJoin: "JOIN is not supported in the SQL expression.",
  ParseMissingIdentAfterAt:
    "The expected identifier after the @ symbol was not found in the SQL expression.",
  ParseSelectMissingFrom:
    "The SQL expression doesn't have a FROM clause following the SELECT list.",
  ParseUnExpectedKeyword: "The SQL expression contains an unexpected keyword.",
  ParseUnexpectedOperator: "The SQL expression contains an operator that is not valid.",
  ParseUnexpectedTerm: "The SQL expression contains an unexpected term.",
  ParseUnexpectedToken: "The SQL expression contains an unexpected token.",
  ParseUnknownOperator: "The SQL expression contains an operator that is not valid.",
  ParseUnsupportedAlias: "The SQL expression contains an alias that is not supported.",
  ParseUnsupportedCallWithStar:
    "Only COUNT with (*) as a parameter is supported in the SQL expression.",
  ParseUnsupportedCase: "The SQL expression contains an unsupported use of CASE.",
  ParseUnsupportedLiteralsGroupby: "The SQL expression contains an unsupported use of GROUP BY.",
  ParseUnsupportedSelect: "The SQL expression contains an unsupported use of SELECT.",
  ParseUnsupportedSyntax: "The SQL expression contains unsupported syntax.",
  TruncatedInput:
    "Object decompression failed. Check that the object is properly compressed using the format specified in the request.",
  UnsupportedFunction: "We encountered an unsupported SQL function.",
  UnsupportedScanRangeInput: "The scan range is not supported on this type of input.",
  UnsupportedSqlOperation: "We encountered an unsupported SQL operation.",
  UnsupportedSqlStructure: "We encountered an unsupported SQL structure. Check the SQL Reference.",
  UnsupportedStorageClass:
    "We encountered a storage class that is not supported. Only STANDARD, STANDARD_IA, and ONEZONE_IA storage classes are supported.",
  UnsupportedTypeForQuerying:
    "Your query contains an unsupported type for comparison (e.g. verifying that a Parquet INT96 column type is greater than 0).",
  ValueParseFailure: "A timestamp parse failure occurred in the SQL expression.",
})

export type SelectErrorCode = keyof typeof MESSAGES

/** The refusal of that code; `detail` takes the place of AWS's general words. */
export const selectError = (code: SelectErrorCode, detail?: string): AwsError =>
  new AwsError(code, detail ?? MESSAGES[code], { status: 400 })
