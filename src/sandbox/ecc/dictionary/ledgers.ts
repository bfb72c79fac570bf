/**
 * The secondary indexes of open and cleared items, the lines of the new general ledger, and the totals of FI and CO: reference sap-data
 * 2.5 and 2.6. Keys of FAGLFLEXT and GLT0 follow published listings [K]; the object numbers in FAGLFLEXT's key are integers.
 */
import { defineTables } from "./define.ts";

/** Clearing moves a row from the one table to the other: both have the same columns (sap-data 2.5). */
const vendorIndex = `
REF T001-WAERS DMBTR
REF WAERS *CURR
* MANDT CLNT Client
* BUKRS C4 Company Code
* LIFNR C10 Account Number of Vendor or Creditor @ALPHA
* UMSKS C1 Special G/L Transaction Type
* UMSKZ C1 Special G/L Indicator
* AUGDT D Clearing Date
* AUGBL C10 Document Number of the Clearing Document @ALPHA
* ZUONR C18 Assignment Number
* GJAHR N4 Fiscal Year @GJAHR
* BELNR C10 Accounting Document Number @ALPHA
* BUZEI N3 Number of Line Item Within Accounting Document
BUDAT D Posting Date in the Document
BLDAT D Document Date in Document
CPUDT D Day On Which Accounting Document Was Entered
WAERS CK5 Currency Key
XBLNR C16 Reference Document Number
BLART C2 Document Type
MONAT N2 Fiscal Period
BSCHL C2 Posting Key
SHKZG C1 Debit/Credit Indicator
GSBER C4 Business Area
MWSKZ C2 Tax on sales/purchases code
DMBTR CURR13.2 Amount in local currency
WRBTR CURR13.2 Amount in document currency
SGTXT C50 Item Text
SAKNR C10 G/L Account Number @ALPHA
HKONT C10 General Ledger Account @ALPHA
ZFBDT D Baseline Date for Due Date Calculation
ZTERM C4 Terms of Payment Key
ZBD1T P3 Cash Discount Days 1
ZBD2T P3 Cash discount days 2
ZBD3T P3 Net Payment Terms Period
ZBD1P P5.3 Cash discount percentage 1
ZBD2P P5.3 Cash Discount Percentage 2
SKFBT CURR13.2 Amount Eligible for Cash Discount in Document Currency
ZLSCH C1 Payment Method
ZLSPR C1 Payment Block Key
REBZG C10 Number of the Invoice the Transaction Belongs to @ALPHA
REBZJ N4 Fiscal Year of the Relevant Invoice @GJAHR
REBZZ N3 Line Item in the Relevant Invoice
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
BSTAT C1 Document Status
XARCH C1 Indicator: Is document already archived?
`;

const accountIndex = `
REF T001-WAERS DMBTR
REF WAERS *CURR
* MANDT CLNT Client
* BUKRS C4 Company Code
* HKONT C10 General Ledger Account @ALPHA
* AUGDT D Clearing Date
* AUGBL C10 Document Number of the Clearing Document @ALPHA
* ZUONR C18 Assignment Number
* GJAHR N4 Fiscal Year @GJAHR
* BELNR C10 Accounting Document Number @ALPHA
* BUZEI N3 Number of Line Item Within Accounting Document
BUDAT D Posting Date in the Document
BLDAT D Document Date in Document
CPUDT D Day On Which Accounting Document Was Entered
WAERS CK5 Currency Key
XBLNR C16 Reference Document Number
BLART C2 Document Type
MONAT N2 Fiscal Period
BSCHL C2 Posting Key
SHKZG C1 Debit/Credit Indicator
GSBER C4 Business Area
MWSKZ C2 Tax on sales/purchases code
DMBTR CURR13.2 Amount in local currency
WRBTR CURR13.2 Amount in document currency
SGTXT C50 Item Text
AUFNR C12 Order Number @ALPHA
KOSTL C10 Cost Center @ALPHA
PROJK N8 Work Breakdown Structure Element (WBS Element) @ABPSN
NPLNR C12 Network Number for Account Assignment @ALPHA
PRCTR C10 Profit Center @ALPHA
VALUT D Value date
BSTAT C1 Document Status
XARCH C1 Indicator: Is document already archived?
`;

/** COSP and COSS differ in whom a cost comes from. */
const costTotals = (partner: string) => `
REF TWAER WTGnn
REF T001-WAERS WOGnn
REF TKA01-WAERS *CURR
REF MEINH *QUAN
* MANDT CLNT Client
* LEDNR C2 Ledger for Controlling objects
* OBJNR C22 Object number
* GJAHR N4 Fiscal Year @GJAHR
* WRTTP C2 Value Type
* VERSN C3 Version
* KSTAR C10 Cost Element @ALPHA
* HRKFT C8 CO subkey
* VRGNG C4 CO Business Transaction
${partner}
* BEKNZ C1 Debit/Credit Indicator
* TWAER CK5 Transaction Currency
* PERBL N3 Period block
MEINH U3 Unit of measure for total quantity @CUNIT
WTGnnn CURR15.2 Total Value in Transaction Currency
WOGnnn CURR15.2 Total Value in Object Currency
WKGnnn CURR15.2 Total Value in Controlling Area Currency
MEGnnn QUAN15.3 Total Quantity
TIMESTMP P16 Time created (Greenwich Mean Time)
BUKRS C4 Company Code
`;

export const ledgerTables = defineTables(`
TABLE BSIK TRANSP Accounting: Secondary Index for Vendors
${vendorIndex}
TABLE BSAK TRANSP Accounting: Secondary Index for Vendors (Cleared Items)
${vendorIndex}
TABLE BSIS TRANSP Accounting: Secondary Index for G/L Accounts
${accountIndex}
TABLE BSAS TRANSP Accounting: Secondary Index for G/L Accounts (Cleared Items)
${accountIndex}

TABLE FAGLFLEXA TRANSP General Ledger: Actual Line Items
REF RTCUR TSL
REF T001-WAERS HSL
REF T000-MWAER KSL OSL
REF RWCUR WSL
REF RUNIT MSL
* RCLNT CLNT Client
* RYEAR N4 Fiscal Year @GJAHR
* DOCNR C10 Document Number of General Ledger View @ALPHA
* RLDNR C2 Ledger in General Ledger Accounting
* RBUKRS C4 Company Code
* DOCLN C6 Six-Character Posting Item for Ledger
ACTIV C4 FI-SL Business Transaction
RMVCT C3 Transaction type
RTCUR CK5 Currency Key
RUNIT U3 Base Unit of Measure @CUNIT
AWTYP C5 Reference procedure
RRCTY C1 Record Type
RVERS C3 Version
RACCT C10 Account Number @ALPHA
COST_ELEM C10 Cost Element @ALPHA
RCNTR C10 Cost Center @ALPHA
PRCTR C10 Profit Center @ALPHA
RFAREA C16 Functional Area
RBUSA C4 Business Area
KOKRS C4 Controlling Area
SEGMENT C10 Segment for Segmental Reporting
TSL CURR15.2 Value in Transaction Currency
HSL CURR15.2 Value in Local Currency
KSL CURR15.2 Value in Group Currency
OSL CURR15.2 Value in Another Currency
WSL CURR15.2 Value in Original Transaction Currency
MSL QUAN15.3 Quantity
DRCRK C1 Debit/Credit Indicator
POPER N3 Posting period
RWCUR CK5 Currency key of the original transaction
GJAHR N4 Fiscal Year @GJAHR
BUDAT D Posting Date in the Document
BELNR C10 Accounting Document Number @ALPHA
BUZEI N3 Number of Line Item Within Accounting Document
BSCHL C2 Posting Key
BSTAT C1 Document Status
LINETYPE C5 Item category
USNAM C12 User name
TIMESTAMP P15 UTC Time Stamp in Short Form (YYYYMMDDhhmmss)

TABLE FAGLFLEXT TRANSP General Ledger: Totals
REF RTCUR TSLVT TSLnn
REF T001-WAERS HSLVT HSLnn
REF T000-MWAER *CURR
* RCLNT CLNT Client
* RYEAR N4 Fiscal Year @GJAHR
* OBJNR00 INT4 Object number for FI-SL tables
* OBJNR01 INT4 Object number for FI-SL tables
* OBJNR02 INT4 Object number for FI-SL tables
* OBJNR03 INT4 Object number for FI-SL tables
* OBJNR04 INT4 Object number for FI-SL tables
* OBJNR05 INT4 Object number for FI-SL tables
* OBJNR06 INT4 Object number for FI-SL tables
* OBJNR07 INT4 Object number for FI-SL tables
* OBJNR08 INT4 Object number for FI-SL tables
* DRCRK C1 Debit/Credit Indicator
* RPMAX N3 Period
ACTIV C4 FI-SL Business Transaction
RTCUR CK5 Currency Key
RLDNR C2 Ledger in General Ledger Accounting
RRCTY C1 Record Type
RVERS C3 Version
RACCT C10 Account Number @ALPHA
COST_ELEM C10 Cost Element @ALPHA
RBUKRS C4 Company Code
RCNTR C10 Cost Center @ALPHA
PRCTR C10 Profit Center @ALPHA
RFAREA C16 Functional Area
RBUSA C4 Business Area
KOKRS C4 Controlling Area
SEGMENT C10 Segment for Segmental Reporting
TSLVT CURR15.2 Balance carried forward in transaction currency
TSLnn CURR15.2 Total of the transactions in the period in transaction curr.
HSLVT CURR15.2 Balance carried forward in local currency
HSLnn CURR15.2 Total of the transactions in the period in local currency
KSLVT CURR15.2 Balance carried forward in group currency
KSLnn CURR15.2 Total of the transactions in the period in group currency
TIMESTAMP P15 UTC Time Stamp in Short Form (YYYYMMDDhhmmss)

TABLE GLT0 TRANSP G/L account master record transaction figures
REF RTCUR TSLVT TSLnn
REF T001-WAERS HSLVT HSLnn
REF T000-MWAER *CURR
* RCLNT CLNT Client
* RLDNR C2 Ledger
* RRCTY C1 Record Type
* RVERS C3 Version
* BUKRS C4 Company Code
* RYEAR N4 Fiscal Year @GJAHR
* RACCT C10 Account Number @ALPHA
* RBUSA C4 Business Area
* RTCUR CK5 Currency Key
* DRCRK C1 Debit/Credit Indicator
* RPMAX N3 Period
TSLVT CURR15.2 Balance carried forward in transaction currency
TSLnn CURR15.2 Total transactions of the period in transaction currency
HSLVT CURR15.2 Balance carried forward in local currency
HSLnn CURR15.2 Total transactions in the period in local currency
KSLVT CURR15.2 Balance carried forward in group currency
KSLnn CURR15.2 Total transactions in the period in group currency

TABLE COSP TRANSP CO Object: Cost Totals for External Postings
${costTotals(`* VBUND C6 Company ID of Trading Partner
* PARGB C4 Trading Partner's Business Area`)}
TABLE COSS TRANSP CO Object: Cost Totals for Internal Postings
${costTotals(`* PAROB C22 Partner Object
* USPOB C22 Source object`)}
`);
