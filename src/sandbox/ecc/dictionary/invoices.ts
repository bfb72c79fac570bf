/**
 * Invoice verification and services: widths of reference sap-data 2.3 and 2.4. EKBE_MA follows published listings [K]: its floats are
 * what RFC_READ_TABLE refuses, and its amounts carry no currency of their own.
 */
import { defineTables } from "./define.ts";

export const invoiceTables = defineTables(`
TABLE EKBE_MA TRANSP History of Purchasing Document at Account Assignment Level
REF T001-WAERS DMBTR AREWR REEWR
REF EKKO-WAERS *CURR
REF EKPO-BPRME BPMNG
REF EKPO-MEINS *QUAN
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
* EBELP N5 Item Number of Purchasing Document
* ZEKKN N2 Sequential Number of Account Assignment
* VGABE C1 Transaction/event type, purchase order history
* GJAHR N4 Material Document Year @GJAHR
* BELNR C10 Number of Material Document @ALPHA
* BUZEI N4 Item in Material Document
LFGJA N4 Fiscal Year of Current Period @GJAHR
LFBNR C10 Document No. of a Reference Document @ALPHA
LFPOS N4 Item of a Reference Document
PACKNO N10 Package number of service
INTROW N10 Line number of service
SHKZG C1 Debit/Credit Indicator
SHARE_F F Quantity Share Account Assignment Line for Item
MENGE_F F Quantity (Floating Point Number - Internal Field)
BPMNG_F F Quantity (Floating Point Number - Internal Field)
MENGE QUAN13.3 Quantity
BPMNG QUAN13.3 Quantity in purchase order price unit
DMBTR CURR13.2 Amount in Local Currency
WRBTR CURR13.2 Amount in document currency
AREWR CURR13.2 GR/IR account clearing value in local currency
REEWR CURR13.2 Invoice Value Entered (in Local Currency)
AREWW CURR13.2 Clearing Value on GR/IR Clearing Account (Transac. Currency)
REFWR CURR13.2 Invoice value in foreign currency

TABLE ESLH TRANSP Service Package Header Data
REF WAERS *CURR
* MANDT CLNT Client
* PACKNO N10 Package number
PAKTYP C1 Package type
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
FPACKNO N10 Subpackage number of the source
WAERS CK5 Currency Key
SUMNETTO CURR15.2 Net value of the package

TABLE ESLL TRANSP Lines of Service Package
REF EKKO-WAERS *CURR
REF MEINS *QUAN
* MANDT CLNT Client
* PACKNO N10 Package number
* INTROW N10 Internal line number for limits
EXTROW N10 Line Number
DEL C1 Deletion Indicator
SRVPOS C18 Activity number @ALPHA
RANG INT1 Hierarchy level of group
EXTGROUP C8 Outline Level
PACKAGE C1 Subpackage assignment
SUB_PACKNO N10 Subpackage number
KTEXT1 C40 Short text
MENGE QUAN13.3 Quantity with sign
MEINS U3 Base Unit of Measure @CUNIT
BRTWR CURR11.2 Gross price
NETWR CURR11.2 Net value of item
PEINH P5 Price Unit
USERF1_NUM C10 User-defined field
USERF2_NUM C10 User-defined field

TABLE ESKL TRANSP Account Assignment Specification: Service Line
REF EKKO-WAERS *CURR
REF ESLL-MEINS *QUAN
* MANDT CLNT Client
* PACKNO N10 Package number
* INTROW N10 Internal line number for limits
* ZEKKN N2 Sequential Number of Account Assignment
PERCENT P5.2 Percentage for account assignment value distribution
MENGE QUAN13.3 Quantity with sign
NETWR CURR11.2 Net value of item

TABLE ESSR TRANSP Service Entry Sheet Header Data
REF WAERS *CURR
* MANDT CLNT Client
* LBLNI C10 Entry Sheet Number @ALPHA
LBLNE C16 External Entry Sheet Number
ERNAM C12 Name of Person who Created the Object
ERDAT D Date on which the record was created
AEDAT D Changed On
TXZ01 C40 Short Text of Service Entry Sheet
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
PACKNO N10 Package number
LZVON D Period
LZBIS D End of period
LWERT CURR13.2 Value of services performed
WAERS CK5 Currency Key
NETWR CURR13.2 Net value of item
KZABN C1 Acceptance indicator
FRGRL C1 Release Not Yet Completely Effected
LOEKZ C1 Deletion indicator in entry sheet
BUDAT D Posting Date in the Document
BLDAT D Document Date in Document
XBLNR C16 Reference Document Number

TABLE RBKP TRANSP Document Header: Invoice Receipt
REF WAERS *CURR
* MANDT CLNT Client
* BELNR C10 Document Number of an Invoice Document @ALPHA
* GJAHR N4 Fiscal Year @GJAHR
BLART C2 Document Type
BLDAT D Document Date in Document
BUDAT D Posting Date in the Document
USNAM C12 User name
TCODE C20 Transaction Code
CPUDT D Day On Which Accounting Document Was Entered
CPUTM T Time of Entry
VGART C2 Transaction type
XBLNR C16 Reference Document Number
BUKRS C4 Company Code
LIFNR C10 Different Invoicing Party @ALPHA
WAERS CK5 Currency Key
KURSF P9.5 Exchange rate @EXCRT
RMWWR CURR13.2 Gross invoice amount in document currency
BEZNK CURR13.2 Unplanned delivery costs
WMWST1 CURR13.2 Tax Amount in Document Currency with +/- Sign
MWSKZ1 C2 Tax code
ZTERM C4 Terms of Payment Key
ZBD1T P3 Cash Discount Days 1
ZBD1P P5.3 Cash discount percentage 1
ZBD2T P3 Cash discount days 2
ZBD2P P5.3 Cash Discount Percentage 2
ZBD3T P3 Net Payment Terms Period
WSKTO CURR13.2 Cash Discount Amount in Document Currency
XRECH C1 Indicator: post invoice
BKTXT C25 Document Header Text
STBLG C10 Reversal document number @ALPHA
STJAH N4 Fiscal year of reversal document @GJAHR
IVTYP C1 Origin of a logistics invoice verification document
RBSTAT C1 Invoice document status
ZLSPR C1 Payment Block Key
ZFBDT D Baseline Date for Due Date Calculation
SGTXT C50 Item Text
LIFRE C10 Different Invoicing Party @ALPHA

TABLE RSEG TRANSP Document Item: Incoming Invoice
REF RBKP-WAERS *CURR
REF BPRME BPMNG
REF BSTME *QUAN
* MANDT CLNT Client
* BELNR C10 Accounting Document Number @ALPHA
* GJAHR N4 Fiscal Year @GJAHR
* BUZEI N6 Document Item in Invoice Document
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
ZEKKN N2 Sequential Number of Account Assignment
MATNR C18 Material Number @MATN1
BUKRS C4 Company Code
WERKS C4 Plant
WRBTR CURR13.2 Amount in document currency
SHKZG C1 Debit/Credit Indicator
MWSKZ C2 Tax on sales/purchases code
TXJCD C15 Tax Jurisdiction
MENGE QUAN13.3 Quantity
BSTME U3 Purchase Order Unit of Measure @CUNIT
BPMNG QUAN13.3 Quantity in purchase order price unit
BPRME U3 Order Price Unit (Purchasing) @CUNIT
LFBNR C10 Document No. of a Reference Document @ALPHA
LFGJA N4 Fiscal Year of Current Period @GJAHR
LFPOS N4 Item of a Reference Document
TBTKZ C1 Indicator: subsequent debit/credit
KSCHL C4 Condition type
SGTXT C50 Item Text
SPGRM C1 Blocking Reason: Quantity
SPGRP C1 Blocking Reason: Price
SPGRT C1 Blocking Reason: Date
SPGRQ C1 Blocking Reason: Quality
SPGRV C1 Blocking Reason: Project
SPGRG C1 Blocking Reason: Order Price Quantity
SPGRS C1 Manual Blocking Reason
SPGRC C1 Blocking Reason: Quality inspection

TABLE RBCO TRANSP Document Item, Incoming Invoice, Account Assignment
REF RBKP-WAERS *CURR
* MANDT CLNT Client
* BELNR C10 Accounting Document Number @ALPHA
* GJAHR N4 Fiscal Year @GJAHR
* BUZEI N6 Document Item in Invoice Document
* COBL_NR N6 Sequential number of account assignment
WRBTR CURR13.2 Amount in document currency
SHKZG C1 Debit/Credit Indicator
BUKRS C4 Company Code
SAKNR C10 G/L Account Number @ALPHA
KOKRS C4 Controlling Area
KOSTL C10 Cost Center @ALPHA
AUFNR C12 Order Number @ALPHA
PS_PSP_PNR N8 Work Breakdown Structure Element (WBS Element) @ABPSN
NPLNR C12 Network Number for Account Assignment @ALPHA
SGTXT C50 Item Text
`);
