/**
 * Currencies and rates, fiscal calendars, posting periods and units: reference sap-data 1 and 2.1. What it does not spell out (T009, T009B,
 * T001B, TCURF, TCURV) follows published listings of the dictionary [K]. T009 and its like are pooled in ECC, which a reader does not see.
 */
import { defineTables } from "./define.ts";

export const calendarTables = defineTables(`
TABLE TCURC TRANSP Currency Codes
* MANDT CLNT Client
* WAERS CK5 Currency Key
ISOCD C3 ISO Currency Code
ALTWR C3 Alternative key for currencies
GDATU D Date until which the currency is valid
XPRIMARY C1 Primary SAP Currency Code for ISO Code

TABLE TCURR TRANSP Exchange Rates
* MANDT CLNT Client
* KURST C4 Exchange Rate Type
* FCURR CK5 From currency
* TCURR CK5 To-currency
* GDATU C8 Date As of Which the Exchange Rate Is Effective
UKURS P9.5 Exchange Rate @EXCRT
FFACT P9 Ratio for the From Currency Units
TFACT P9 Ratio for the To Currency Units

TABLE TCURF TRANSP Conversion Factors
* MANDT CLNT Client
* KURST C4 Exchange Rate Type
* FCURR CK5 From currency
* TCURR CK5 To-currency
* GDATU C8 Date from which the entry is valid
FFACT P9 Ratio for the From Currency Units
TFACT P9 Ratio for the To Currency Units
ABWCT C4 Alternative Exchange Rate Type
ABWGA D Date from which the alternative exchange rate type is valid

TABLE T009 POOL Fiscal Year Variants
* MANDT CLNT Client
* PERIV C2 Fiscal Year Variant
XKALE C1 Indicator: Determine periods like calendar year?
XJABH C1 Indicator: Fiscal year variants year-dependent?
ANZBP N3 Number of posting periods
ANZSP N2 Number of special periods

TABLE T009B POOL Fiscal year variant periods
* MANDT CLNT Client
* PERIV C2 Fiscal Year Variant
* BDATJ N4 Posting Date YYYY
* BUMON N2 Posting date calendar month
* BUTAG N2 Calendar day from the posting date
POPER N3 Posting period
RELJR C2 Year shift relative to the current year

TABLE T001B TRANSP Permitted Posting Periods
* MANDT CLNT Client
* RRCTY C1 Record Type
* BUKRS C4 Posting Period Variant
* MKOAR C1 Account Type or Masking
* BKONT C10 To Account
VKONT C10 From Account
FRYE1 N4 Fiscal Year for First Period Allowed (in Interval 1)
FRPE1 N3 First Posting Period Allowed (in Interval 1)
TOYE1 N4 Fiscal Year for Last Period Allowed (in Interval 1)
TOPE1 N3 Last Posting Period Allowed (in Interval 1)
FRYE2 N4 Fiscal Year for First Period Allowed (in Interval 2)
FRPE2 N3 First Posting Period Allowed (in Interval 2)
TOYE2 N4 Fiscal Year for Last Period Allowed (in Interval 2)
TOPE2 N3 Last Posting Period Allowed (in Interval 2)
BRGRU C4 Authorization Group
FRYE3 N4 Fiscal Year of First Period Permitted (Interval 3)
FRPE3 N3 First Posting Period Permitted (Interval 3)
TOYE3 N4 Fiscal Year of Last Period Permitted (Interval 3)
TOPE3 N3 Last Posting Period Permitted (Interval 3)

TABLE T006 TRANSP Units of Measurement
* MANDT CLNT Client
* MSEHI U3 Unit of Measurement @CUNIT
KZEX3 C1 Three-character indicator for external unit of measurement
KZEX6 C1 Six-character ID for external unit of measurement
ANDEC INT2 No. of decimal places for rounding
KZKEH C1 Indicator: Commercial measurement unit
DIMID C6 Dimension key
ZAEHL INT4 Numerator for conversion to SI unit
NENNR INT4 Denominator for conversion into SI unit
EXP10 INT2 Base ten exponent for conversion to SI unit
ADDKO P9.6 Additive constant for conversion to SI unit
DECAN INT2 Number of decimal places for number display
ISOCODE C3 ISO code for unit of measurement
PRIMARY C1 Selection field for conversion from ISO code to int. code

TABLE T006A TRANSP Assign Internal to Language-Dependent Unit
* MANDT CLNT Client
* SPRAS L1 Language Key
* MSEHI U3 Unit of Measurement @CUNIT
MSEH3 C3 External Unit of Measurement in Commercial Format (3 Char.)
MSEH6 C6 External Unit of Measurement in Technical Format (6 Char.)
MSEHT C10 Unit of Measurement Text (Maximum 10 Characters)
MSEHL C30 Unit of Measurement Text (Maximum 30 Characters)
`);
