// Purchase orders, their items, account assignments, schedules and history: widths of reference sap-data 2.3.
import { defineTables } from "./define.ts";

export const purchasingTables = defineTables(`
TABLE EKKO TRANSP Purchasing Document Header
REF WAERS *CURR
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
BUKRS C4 Company Code
BSTYP C1 Purchasing Document Category
BSART C4 Purchasing Document Type
BSAKZ C1 Control indicator for purchasing document type
LOEKZ C1 Deletion Indicator in Purchasing Document
STATU C1 Status of Purchasing Document
AEDAT D Date on Which Record Was Created
ERNAM C12 Name of Person who Created the Object
PINCR N5 Item Number Interval
LPONR N5 Last Item Number
LIFNR C10 Vendor Account Number @ALPHA
SPRAS L1 Language Key
ZTERM C4 Terms of Payment Key
ZBD1T P3 Cash (Prompt Payment) Discount Days
ZBD2T P3 Cash (Prompt Payment) Discount Days
ZBD3T P3 Cash (Prompt Payment) Discount Days
ZBD1P P5.3 Cash Discount Percentage 1
ZBD2P P5.3 Cash Discount Percentage 2
EKORG C4 Purchasing Organization
EKGRP C3 Purchasing Group
WAERS CK5 Currency Key
WKURS P9.5 Exchange Rate @EXCRT
KUFIX C1 Indicator: Fixing of Exchange Rate
BEDAT D Purchasing Document Date
KDATB D Start of Validity Period
KDATE D End of Validity Period
IHREZ C12 Your Reference
VERKF C30 Responsible Salesperson at Vendor's Office
TELF1 C16 Vendor's Telephone Number
LLIEF C10 Supplying Vendor @ALPHA
KUNNR C10 Customer Number @ALPHA
KONNR C10 Number of Principal Purchase Agreement @ALPHA
RESWK C4 Supplying (Issuing) Plant in Stock Transport Order
INCO1 C3 Incoterms (Part 1)
INCO2 C28 Incoterms (Part 2)
KTWRT CURR15.2 Target Value for Header Area per Distribution
SUBMI C10 Collective Number
KNUMV C10 Number of the document condition
KALSM C6 Procedure (Pricing, Output Control, Acct. Det., Costing,...)
LIFRE C10 Different Invoicing Party @ALPHA
UNSEZ C12 Our Reference
FRGGR C2 Release group
FRGSX C2 Release Strategy
FRGKE C1 Release Indicator: Purchasing Document
FRGZU C8 Release status
FRGRL C1 Release Not Yet Completely Effected
ADRNR C10 Address Number @ALPHA
PROCSTAT C2 Purchasing document processing state
RLWRT CURR15.2 Total value at time of release
REVNO C8 Version number in Purchasing
MEMORY C1 Purchase order not yet complete
RETTP C4 Retention Indicator
RETPC P5.2 Retention in Percent
DPTYP C4 Down Payment Indicator
DPPCT P5.2 Down Payment Percentage
DPAMT CURR11.2 Down Payment Amount in Document Currency
DPDAT D Due Date for Down Payment

TABLE EKPO TRANSP Purchasing Document Item
REF EKKO-WAERS *CURR
REF MEINS *QUAN
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
* EBELP N5 Item Number of Purchasing Document
LOEKZ C1 Deletion Indicator in Purchasing Document
STATU C1 RFQ status
AEDAT D Purchasing Document Item Change Date
TXZ01 C40 Short Text
MATNR C18 Material Number @MATN1
EMATN C18 Material number @MATN1
BUKRS C4 Company Code
WERKS C4 Plant
LGORT C4 Storage Location
BEDNR C10 Requirement Tracking Number
MATKL C9 Material Group
INFNR C10 Number of Purchasing Info Record @ALPHA
IDNLF C22 Material Number Used by Vendor
KTMNG QUAN13.3 Target Quantity
MENGE QUAN13.3 Purchase Order Quantity
MEINS U3 Purchase Order Unit of Measure @CUNIT
BPRME U3 Order Price Unit (Purchasing) @CUNIT
BPUMZ P5 Numerator for Conversion of Order Price Unit into Order Unit
BPUMN P5 Denominator for Conv. of Order Price Unit into Order Unit
UMREZ P5 Numerator for Conversion of Order Unit to Base Unit
UMREN P5 Denominator for Conversion of Order Unit to Base Unit
NETPR CURR11.2 Net Price in Purchasing Document (in Document Currency)
PEINH P5 Price Unit
NETWR CURR13.2 Net Order Value in PO Currency
BRTWR CURR13.2 Gross order value in PO currency
MWSKZ C2 Tax on sales/purchases code
UEBTO P3.1 Overdelivery Tolerance Limit
UEBTK C1 Indicator: Unlimited Overdelivery Allowed
UNTTO P3.1 Underdelivery Tolerance Limit
BWTAR C10 Valuation Type
ELIKZ C1 Delivery Completed Indicator
EREKZ C1 Final Invoice Indicator
PSTYP C1 Item Category in Purchasing Document
KNTTP C1 Account Assignment Category
VRTKZ C1 Distribution Indicator for Multiple Account Assignment
TWRKZ C1 Partial Invoice Indicator
WEPOS C1 Goods Receipt Indicator
WEUNB C1 Goods Receipt, Non-Valuated
REPOS C1 Invoice Receipt Indicator
WEBRE C1 Indicator: GR-Based Invoice Verification
KONNR C10 Number of Principal Purchase Agreement @ALPHA
KTPNR N5 Item Number of Principal Purchase Agreement
LMEIN U3 Base Unit of Measure @CUNIT
PRDAT D Date of Price Determination
BSTYP C1 Purchasing Document Category
EFFWR CURR13.2 Effective value of item
NAVNW CURR13.2 Non-deductible input tax
XERSY C1 Evaluated Receipt Settlement (ERS)
EGLKZ C1 Outward Delivery Completed Indicator
ADRNR C10 Address @ALPHA
ADRN2 C10 Number of delivery address @ALPHA
RETPO C1 Returns Item
BSGRU C3 Reason for Ordering
BANFN C10 Purchase Requisition Number @ALPHA
BNFPO N5 Item Number of Purchase Requisition
AFNAM C12 Name of Requisitioner/Requester
TXJCD C15 Tax Jurisdiction
EAN11 C18 International Article Number (EAN/UPC)
AKTNR C10 Promotion
FPLNR C10 Invoicing plan number @ALPHA
UEBPO N5 Higher-Level Item in Purchasing Documents
PACKNO N10 Package number
LEWED D Latest Possible Goods Receipt
RETPC P5.2 Retention in Percent
DPPCT P5.2 Down Payment Percentage
DPAMT CURR11.2 Down Payment Amount in Document Currency

TABLE EKKN TRANSP Account Assignment in Purchasing Document
REF EKKO-WAERS *CURR
REF EKPO-MEINS *QUAN
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
* EBELP N5 Item Number of Purchasing Document
* ZEKKN N2 Sequential Number of Account Assignment
LOEKZ C1 Deletion Indicator: Purchasing Document Account Assignment
AEDAT D Date on which the Record Was Created
MENGE QUAN13.3 Quantity
VPROZ P3.1 Distribution percentage in the case of multiple acct assgt
NETWR CURR13.2 Net Order Value in PO Currency
SAKTO C10 G/L Account Number @ALPHA
GSBER C4 Business Area
KOSTL C10 Cost Center @ALPHA
VBELN C10 Sales and Distribution Document Number @ALPHA
VBELP N6 Sales Document Item
ANLN1 C12 Main Asset Number @ALPHA
ANLN2 C4 Asset Subnumber @ALPHA
AUFNR C12 Order Number @ALPHA
WEMPF C12 Goods Recipient/Ship-To Party
ABLAD C25 Unloading Point
KOKRS C4 Controlling Area
KSTRG C12 Cost Object
PRCTR C10 Profit Center @ALPHA
PS_PSP_PNR N8 Work Breakdown Structure Element (WBS Element) @ABPSN
NPLNR C12 Network Number for Account Assignment @ALPHA
AUFPL N10 Routing number of operations in the order
APLZL N8 Internal counter
FISTL C16 Funds Center
GEBER C10 Fund
FKBER C16 Functional Area
LSTAR C6 Activity Type
MWSKZ C2 Tax on sales/purchases code
TXJCD C15 Tax Jurisdiction
KBLNR C10 Document Number for Earmarked Funds @ALPHA
BUDGET_PD C10 FM: Budget Period

TABLE EKET TRANSP Scheduling Agreement Schedule Lines
REF EKPO-MEINS *QUAN
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
* EBELP N5 Item Number of Purchasing Document
* ETENR N4 Delivery Schedule Line Counter
EINDT D Item Delivery Date
SLFDT D Statistics-Relevant Delivery Date
LPEIN C1 Category of Delivery Date
MENGE QUAN13.3 Scheduled Quantity
AMENG QUAN13.3 Previous Quantity (Delivery Schedule Lines)
WEMNG QUAN13.3 Quantity of Goods Received
WAMNG QUAN13.3 Issued Quantity
UZEIT T Delivery Date Time-Spot
BANFN C10 Purchase Requisition Number @ALPHA
BNFPO N5 Item Number of Purchase Requisition
BEDAT D Order date of schedule line
GLMNG QUAN13.3 Quantity Delivered (Stock Transfer)
DABMG QUAN13.3 Quantity Reduced (MRP)

TABLE EKBE TRANSP History per Purchasing Document
REF HSWAE DMBTR AREWR REEWR RETAMT_LC RETAMTP_LC
REF WAERS *CURR
REF EKPO-BPRME BPMNG BPWES
REF LSMEH LSMNG
REF EKPO-MEINS *QUAN
* MANDT CLNT Client
* EBELN C10 Purchasing Document Number @ALPHA
* EBELP N5 Item Number of Purchasing Document
* ZEKKN N2 Sequential Number of Account Assignment
* VGABE C1 Transaction/event type, purchase order history
* GJAHR N4 Material Document Year @GJAHR
* BELNR C10 Number of Material Document @ALPHA
* BUZEI N4 Item in Material Document
BEWTP C1 Purchase Order History Category
BWART C3 Movement Type (Inventory Management)
BUDAT D Posting Date in the Document
MENGE QUAN13.3 Quantity
BPMNG QUAN13.3 Quantity in purchase order price unit
DMBTR CURR13.2 Amount in local currency
WRBTR CURR13.2 Amount in document currency
WAERS CK5 Currency Key
AREWR CURR13.2 GR/IR account clearing value in local currency
WESBS QUAN13.3 Goods Receipt Blocked Stock in Order Unit
BPWES QUAN13.3 Quantity in GR blocked stock in order price unit
SHKZG C1 Debit/Credit Indicator
BWTAR C10 Valuation Type
ELIKZ C1 Delivery Completed Indicator
XBLNR C16 Reference Document Number
LFGJA N4 Fiscal Year of Current Period @GJAHR
LFBNR C10 Document No. of a Reference Document @ALPHA
LFPOS N4 Item of a Reference Document
GRUND N4 Reason for Movement
CPUDT D Day On Which Accounting Document Was Entered
CPUTM T Time of Entry
REEWR CURR13.2 Invoice Value Entered (in Local Currency)
REFWR CURR13.2 Invoice value in foreign currency
MATNR C18 Material Number @MATN1
WERKS C4 Plant
ETENS N4 Sequential Number of Vendor Confirmation
MWSKZ C2 Tax on sales/purchases code
LSMNG QUAN13.3 Quantity in unit of measure from delivery note
LSMEH U3 Unit of Measure From Delivery Note @CUNIT
AREWW CURR13.2 Clearing Value on GR/IR Clearing Account (Transac. Currency)
HSWAE CK5 Local currency key
BAMNG QUAN13.3 Quantity
CHARG C10 Batch Number
BLDAT D Document Date in Document
XWOFF C1 Calculation of val. open
ERNAM C12 Name of Person who Created the Object
SRVPOS C18 Service number @ALPHA
PACKNO N10 Package number of service
INTROW N10 Line number of service
RETAMT_FC CURR13.2 Retention Amount in Document Currency
RETAMT_LC CURR13.2 Retention Amount in Company Code Currency
RETAMTP_FC CURR13.2 Posted Retention Amount in Document Currency
RETAMTP_LC CURR13.2 Posted Retention Amount in Company Code Currency

TABLE MARA TRANSP General Material Data
* MANDT CLNT Client
* MATNR C18 Material Number @MATN1
ERSDA D Created On
ERNAM C12 Name of Person who Created the Object
LAEDA D Date of Last Change
AENAM C12 Name of Person Who Changed Object
LVORM C1 Flag Material for Deletion at Client Level
MTART C4 Material Type
MATKL C9 Material Group
MEINS U3 Base Unit of Measure @CUNIT
MSTAE C2 Cross-Plant Material Status

TABLE MAKT TRANSP Material Descriptions
* MANDT CLNT Client
* MATNR C18 Material Number @MATN1
* SPRAS L1 Language Key
MAKTX C40 Material Description (Short Text)
MAKTG C40 Material description in upper case for matchcodes
`);
