// FI documents and G/L accounts: widths of reference sap-data 2.5. BSEG is a cluster table, as in every non-HANA ECC.
import { defineTables } from "./define.ts";

export const accountingTables = defineTables(`
TABLE BKPF TRANSP Accounting Document Header
* MANDT CLNT Client
* BUKRS C4 Company Code
* BELNR C10 Accounting Document Number @ALPHA
* GJAHR N4 Fiscal Year @GJAHR
BLART C2 Document Type
BLDAT D Document Date in Document
BUDAT D Posting Date in the Document
MONAT N2 Fiscal Period
CPUDT D Day On Which Accounting Document Was Entered
CPUTM T Time of Entry
AEDAT D Date of the Last Document Change by Transaction
UPDDT D Date of the Last Document Update
WWERT D Translation Date
USNAM C12 User name
TCODE C20 Transaction Code
BVORG C16 Number of Cross-Company Code Posting Transaction
XBLNR C16 Reference Document Number
STBLG C10 Reverse Document Number @ALPHA
STJAH N4 Reverse document fiscal year @GJAHR
BKTXT C25 Document Header Text
WAERS CK5 Currency Key
KURSF P9.5 Exchange rate @EXCRT
BSTAT C1 Document Status
XNETB C1 Indicator: Document posted net?
GLVOR C4 Business Transaction
AWTYP C5 Reference Transaction
AWKEY C20 Reference Key
HWAER CK5 Local Currency
HWAE2 CK5 Currency Key of Second Local Currency
HWAE3 CK5 Currency Key of Third Local Currency
KURS2 P9.5 Exchange Rate for the Second Local Currency @EXCRT
KURS3 P9.5 Exchange Rate for the Third Local Currency @EXCRT
STODT D Planned Date for the Reverse Posting
CURT2 C2 Currency Type of Second Local Currency
CURT3 C2 Currency Type of Third Local Currency
KURST C4 Exchange Rate Type
AWSYS C10 Logical System
XREF1_HD C20 Reference Key 1 Internal for Document Header
XREF2_HD C20 Reference Key 2 Internal for Document Header
PPNAM C12 Name of User Who Parked this Document
PPDAT D Date of parking
PPTME T Time of parking
STGRD C2 Reason for Reversal
NUMPG N3 Number of Pages of Invoice
XREVERSAL C1 Specifies whether doc. is reversal doc. or reversed doc.
LDGRP C4 Ledger Group

TABLE ZMLC_POSTED TRANSP Reference numbers that were posted (docs/sap)
* MANDT CLNT Client
* XBLNR C16 Reference Document Number
BUKRS C4 Company Code
BELNR C10 Accounting Document Number
GJAHR N4 Fiscal Year
USNAM C12 User name
CPUDT D Day On Which Accounting Document Was Entered
CPUTM T Time of Entry

TABLE BSEG CLUSTER Accounting Document Segment
REF T001-WAERS DMBTR MWSTS HWBAS
REF PSWSL PSWBT
REF BKPF-HWAE2 DMBE2
REF BKPF-HWAE3 DMBE3
REF BKPF-WAERS *CURR
REF MEINS *QUAN
* MANDT CLNT Client
* BUKRS C4 Company Code
* BELNR C10 Accounting Document Number @ALPHA
* GJAHR N4 Fiscal Year @GJAHR
* BUZEI N3 Number of Line Item Within Accounting Document
BUZID C1 Identification of the Line Item
AUGDT D Clearing Date
AUGCP D Clearing Entry Date
AUGBL C10 Document Number of the Clearing Document @ALPHA
BSCHL C2 Posting Key
KOART C1 Account Type
UMSKZ C1 Special G/L Indicator
SHKZG C1 Debit/Credit Indicator
GSBER C4 Business Area
MWSKZ C2 Tax on sales/purchases code
DMBTR CURR13.2 Amount in local currency
WRBTR CURR13.2 Amount in document currency
PSWBT CURR13.2 Amount for Updating in General Ledger
PSWSL CK5 Update Currency for General Ledger Transaction Figures
MWSTS CURR13.2 Tax Amount in Local Currency
HWBAS CURR13.2 Tax Base Amount in Local Currency
FWBAS CURR13.2 Tax Base Amount in Document Currency
KTOSL C3 Transaction Key
QSSHB CURR13.2 Withholding Tax Base Amount
VALUT D Value date
ZUONR C18 Assignment Number
SGTXT C50 Item Text
VBUND C6 Company ID of Trading Partner
KOKRS C4 Controlling Area
KOSTL C10 Cost Center @ALPHA
AUFNR C12 Order Number @ALPHA
VBELN C10 Billing Document @ALPHA
ANLN1 C12 Main Asset Number @ALPHA
ANLN2 C4 Asset Subnumber @ALPHA
PERNR N8 Personnel Number
XBILK C1 Indicator: Account is a balance sheet account?
GVTYP C2 P&L statement account type
XAUTO C1 Indicator: Line item automatically created
XOPVW C1 Indicator: Open Item Management?
SAKNR C10 G/L Account Number @ALPHA
HKONT C10 General Ledger Account @ALPHA
KUNNR C10 Customer Number @ALPHA
LIFNR C10 Account Number of Vendor or Creditor @ALPHA
ZFBDT D Baseline Date for Due Date Calculation
ZTERM C4 Terms of Payment Key
ZBD1T P3 Cash Discount Days 1
ZBD2T P3 Cash discount days 2
ZBD3T P3 Net Payment Terms Period
ZBD1P P5.3 Cash discount percentage 1
ZBD2P P5.3 Cash Discount Percentage 2
SKFBT CURR13.2 Amount Eligible for Cash Discount in Document Currency
WSKTO CURR13.2 Cash Discount Amount in Document Currency
ZLSCH C1 Payment Method
ZLSPR C1 Payment Block Key
REBZG C10 Number of the Invoice the Transaction Belongs to @ALPHA
REBZJ N4 Fiscal Year of the Relevant Invoice @GJAHR
REBZZ N3 Line Item in the Relevant Invoice
REBZT C1 Follow-On Document Type
MATNR C18 Material Number @MATN1
WERKS C4 Plant
MENGE QUAN13.3 Quantity
MEINS U3 Base Unit of Measure @CUNIT
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
ZEKKN N2 Sequential Number of Account Assignment
ELIKZ C1 Delivery Completed Indicator
PRCTR C10 Profit Center @ALPHA
PROJK N8 Work Breakdown Structure Element (WBS Element) @ABPSN
NPLNR C12 Network Number for Account Assignment @ALPHA
AUFPL N10 Task list number for operations in order
APLZL N8 General counter for order
DMBE2 CURR13.2 Amount in Second Local Currency
DMBE3 CURR13.2 Amount in Third Local Currency
XNEGP C1 Indicator: Negative Posting
XREF1 C12 Business Partner Reference Key
XREF2 C12 Business Partner Reference Key
XREF3 C20 Reference Key for Line Item
FKBER C16 Functional Area
TXJCD C15 Tax Jurisdiction
LSTAR C6 Activity Type

TABLE SKA1 TRANSP G/L Account Master (Chart of Accounts)
* MANDT CLNT Client
* KTOPL C4 Chart of Accounts
* SAKNR C10 G/L Account Number @ALPHA
XBILK C1 Indicator: Account is a balance sheet account?
BILKT C10 Group Account Number @ALPHA
ERDAT D Date on which the Record Was Created
ERNAM C12 Name of Person who Created the Object
GVTYP C2 P&L statement account type
KTOKS C4 G/L Account Group
MUSTR C10 Number of the sample account @ALPHA
XLOEV C1 Indicator: Account marked for deletion?
XSPEA C1 Indicator: account is blocked for creation?
XSPEB C1 Indicator: Is Account Blocked for Posting?
XSPEP C1 Indicator: account blocked for planning?
FUNC_AREA C16 Functional Area

TABLE SKAT TRANSP G/L Account Master Record (Chart of Accounts: Description)
* MANDT CLNT Client
* SPRAS L1 Language Key
* KTOPL C4 Chart of Accounts
* SAKNR C10 G/L Account Number @ALPHA
TXT20 C20 G/L account short text
TXT50 C50 G/L Account Long Text

TABLE SKB1 TRANSP G/L account master (company code)
* MANDT CLNT Client
* BUKRS C4 Company Code
* SAKNR C10 G/L Account Number @ALPHA
ERDAT D Date on which the Record Was Created
ERNAM C12 Name of Person who Created the Object
FSTAG C4 Field status group
MITKZ C1 Account is reconciliation account
MWSKZ C2 Tax Category in Account Master Record
WAERS CK5 Account currency
XKRES C1 Indicator: Can Line Items Be Displayed by Account?
XLOEB C1 Indicator: Account marked for deletion?
XNKON C1 Indicator: Supplement for Automatic Postings Allowed?
XOPVW C1 Indicator: Open Item Management?
XSPEB C1 Indicator: Is Account Blocked for Posting?
`);
