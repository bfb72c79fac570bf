/**
 * Structures of the simulated BAPIs (object kind INTTAB). Which fields there are follows sap-rfc 3.2 and 3.3; those of purchase orders
 * beyond it follow published interface descriptions [S], of which the fields that our tables can fill are kept: a real system
 * has more. The names of the vendor and list structures are [K]; callers see parameter and field names only.
 */
import { defineTables } from "./define.ts";

export const bapiStructures = defineTables(`
TABLE BAPIRET2 INTTAB Return Parameter
TYPE C1 Message type: S Success, E Error, W Warning, I Info, A Abort
ID C20 Message Class
NUMBER N3 Message Number
MESSAGE C220 Message Text
LOG_NO C20 Application log: log number
LOG_MSG_NO N6 Application log: Internal message serial number
MESSAGE_V1 C50 Message Variable
MESSAGE_V2 C50 Message Variable
MESSAGE_V3 C50 Message Variable
MESSAGE_V4 C50 Message Variable
PARAMETER C32 Parameter Name
ROW INT4 Lines in parameter
FIELD C30 Field in parameter
SYSTEM C10 Logical system from which message originates

TABLE BAPIRET1 INTTAB Return Parameter
TYPE C1 Message type: S Success, E Error, W Warning, I Info, A Abort
ID C20 Message Class
NUMBER N3 Message Number
MESSAGE C220 Message Text
LOG_NO C20 Application log: log number
LOG_MSG_NO N6 Application log: Internal message serial number
MESSAGE_V1 C50 Message Variable
MESSAGE_V2 C50 Message Variable
MESSAGE_V3 C50 Message Variable
MESSAGE_V4 C50 Message Variable

TABLE BAPIRETURN INTTAB Return Parameter
TYPE C1 Message type: S Success, E Error, W Warning, I Info, A Abort
CODE C5 Message code
MESSAGE C220 Message Text
LOG_NO C20 Application log: log number
LOG_MSG_NO N6 Application log: Internal message serial number
MESSAGE_V1 C50 Message Variable
MESSAGE_V2 C50 Message Variable
MESSAGE_V3 C50 Message Variable
MESSAGE_V4 C50 Message Variable

TABLE BAPIACHE09 INTTAB Posting in accounting: Header
OBJ_TYPE C5 Reference Transaction
OBJ_KEY C20 Reference Key
OBJ_SYS C10 Logical system of source document
BUS_ACT C4 Business Transaction
USERNAME C12 User name
HEADER_TXT C25 Document Header Text
COMP_CODE C4 Company Code
DOC_DATE D Document Date in Document
PSTNG_DATE D Posting Date in the Document
DOC_TYPE C2 Document Type
REF_DOC_NO C16 Reference Document Number

TABLE BAPIACGL09 INTTAB G/L account item
ITEMNO_ACC N10 Accounting Document Line Item Number
GL_ACCOUNT C10 General Ledger Account
ITEM_TEXT C50 Item Text
REF_KEY_1 C12 Business partner reference key
REF_KEY_2 C12 Business partner reference key
REF_KEY_3 C20 Reference key for line item
ALLOC_NMBR C18 Assignment number
TAX_CODE C2 Tax on sales/purchases code
COSTCENTER C10 Cost Center
NETWORK C12 Network Number for Account Assignment
WBS_ELEMENT C24 Work Breakdown Structure Element (WBS Element)
ORDERID C12 Order Number
ACTIVITY C4 Operation/Activity Number

TABLE BAPIACCR09 INTTAB Currency Items
ITEMNO_ACC N10 Accounting Document Line Item Number
CURR_TYPE C2 Currency Type and Valuation View
CURRENCY C5 Currency Key
AMT_DOCCUR P23.4 Amount in document currency

TABLE BAPIMEPOHEADER INTTAB Purchase Order Header Data
PO_NUMBER C10 Purchasing Document Number @ALPHA
COMP_CODE C4 Company Code
DOC_TYPE C4 Purchasing Document Type
DELETE_IND C1 Deletion Indicator in Purchasing Document
STATUS C1 Status of Purchasing Document
CREAT_DATE D Date on Which Record Was Created
CREATED_BY C12 Name of Person who Created the Object
ITEM_INTVL N5 Item Number Interval
VENDOR C10 Vendor Account Number @ALPHA
LANGU L1 Language Key
PMNTTRMS C4 Terms of Payment Key
PURCH_ORG C4 Purchasing Organization
PUR_GROUP C3 Purchasing Group
CURRENCY CK5 Currency Key
EXCH_RATE P9.5 Exchange Rate @EXCRT
EX_RATE_FX C1 Indicator: Fixing of Exchange Rate
DOC_DATE D Purchasing Document Date
VPER_START D Start of Validity Period
VPER_END D End of Validity Period

TABLE BAPIMEPOITEM INTTAB Purchase Order Item
PO_ITEM N5 Item Number of Purchasing Document
DELETE_IND C1 Deletion indicator in purchasing document
SHORT_TEXT C40 Short Text
MATERIAL C18 Material Number @MATN1
PLANT C4 Plant
STGE_LOC C4 Storage location
TRACKINGNO C10 Requirement Tracking Number
MATL_GROUP C9 Material Group
QUANTITY QUAN13.3 Purchase Order Quantity
PO_UNIT U3 Order unit @CUNIT
ORDERPR_UN U3 Order Price Unit (Purchasing) @CUNIT
CONV_NUM1 P5 Numerator for Conversion of Order Price Unit into Order Unit
CONV_DEN1 P5 Denominator for Conv. of Order Price Unit into Order Unit
NET_PRICE P28.9 Currency amount for BAPIS (with 9 decimal places)
PRICE_UNIT P5 Price unit
TAX_CODE C2 Tax on sales/purchases code
OVER_DLV_TOL P3.1 Overdelivery Tolerance Limit
UNLIMITED_DLV C1 Indicator: Unlimited Overdelivery Allowed
UNDER_DLV_TOL P3.1 Underdelivery Tolerance Limit
NO_MORE_GR C1 Delivery Completed Indicator
FINAL_INV C1 Final Invoice Indicator
ITEM_CAT C1 Item category in purchasing document
ACCTASSCAT C1 Account assignment category
DISTRIB C1 Distribution indicator for multiple account assignment
PART_INV C1 Partial invoice indicator
GR_IND C1 Goods Receipt Indicator
GR_NON_VAL C1 Goods Receipt, Non-Valuated
IR_IND C1 Invoice receipt indicator
AGREEMENT C10 Number of principal purchase agreement @ALPHA
AGMT_ITEM N5 Item number of principal purchase agreement
PREQ_NO C10 Purchase requisition number @ALPHA
PREQ_ITEM N5 Item number of purchase requisition
RET_ITEM C1 Returns Item
PCKG_NO N10 Package number

TABLE BAPIMEPOACCOUNT INTTAB Account Assignment Fields
PO_ITEM N5 Item Number of Purchasing Document
SERIAL_NO N2 Sequential Number of Account Assignment
DELETE_IND C1 Deletion Indicator: Purchasing Document Account Assignment
CREAT_DATE D Date on Which Record Was Created
QUANTITY QUAN13.3 Quantity
DISTR_PERC P3.1 Distribution percentage in the case of multiple acct assgt
NET_VALUE P28.9 Currency amount for BAPIS (with 9 decimal places)
GL_ACCOUNT C10 G/L Account Number @ALPHA
BUS_AREA C4 Business Area
COSTCENTER C10 Cost Center @ALPHA
SD_DOC C10 Sales and Distribution Document Number @ALPHA
ITM_NUMBER N6 Sales Document Item
ASSET_NO C12 Main Asset Number @ALPHA
SUB_NUMBER C4 Asset Subnumber @ALPHA
ORDERID C12 Order Number @ALPHA
GR_RCPT C12 Goods recipient
UNLOAD_PT C25 Unloading Point
CO_AREA C4 Controlling Area
COSTOBJECT C12 Cost Object
PROFIT_CTR C10 Profit Center @ALPHA
WBS_ELEMENT C24 Work Breakdown Structure Element (WBS Element) @ABPSN
NETWORK C12 Network Number for Account Assignment @ALPHA
TAX_CODE C2 Tax on sales/purchases code
TAXJURCODE C15 Tax Jurisdiction
ACTTYPE C6 Activity Type
RES_DOC C10 Document Number for Earmarked Funds @ALPHA
ACTIVITY C4 Activity Number @NUMCV

TABLE BAPIMEPOSCHEDULE INTTAB Delivery Schedule
PO_ITEM N5 Item Number of Purchasing Document
SCHED_LINE N4 Schedule line
DEL_DATCAT_EXT C1 Category of delivery date
DELIVERY_DATE C10 Delivery Date
QUANTITY QUAN13.3 Scheduled Quantity
DELIV_TIME T Delivery Date Time-Spot
STAT_DATE D Statistics-Relevant Delivery Date
PREQ_NO C10 Purchase requisition number @ALPHA
PREQ_ITEM N5 Item number of purchase requisition
PO_DATE D Order date of schedule line

TABLE BAPIEKBE INTTAB Purchase Order History
PO_ITEM N5 Item Number of Purchasing Document
SERIAL_NO N2 Sequential Number of Account Assignment
PROCESS_ID C1 Transaction/event type, purchase order history
DOC_YEAR N4 Material Document Year @GJAHR
MAT_DOC C10 Number of Material Document @ALPHA
MATDOC_ITM N4 Item in Material Document
HIST_TYPE C1 Purchase Order History Category
MOVE_TYPE C3 Movement type (inventory management)
PSTNG_DATE D Posting Date in the Document
QUANTITY QUAN13.3 Quantity
VAL_LOCCUR P23.4 Amount in local currency
VAL_FORCUR P23.4 Amount in document currency
CURRENCY CK5 Currency Key
DB_CR_IND C1 Debit/Credit Indicator
REF_DOC_NO C16 Reference Document Number
ENTRY_DATE D Day On Which Accounting Document Was Entered
ENTRY_TIME T Time of Entry
LOC_CURR CK5 Local currency key

TABLE BAPIEKBES INTTAB Purchase Order History - Totals
PO_ITEM N5 Item Number of Purchasing Document
SERIAL_NO N2 Sequential Number of Account Assignment
BLOCKED_QY QUAN13.3 Goods Receipt Blocked Stock in Order Unit
DELIV_QTY QUAN13.3 Quantity of Goods Received
VAL_GR_LOC P23.4 Value of goods received in local currency
VAL_GR_FOR P23.4 Value of goods received in foreign currency
IV_QTY QUAN13.3 Quantity invoiced
VAL_IV_LOC P23.4 Invoice amount in local currency
VAL_IV_FOR P23.4 Invoice amount in foreign currency
CURRENCY CK5 Currency Key

TABLE BAPIVENDOR_04 INTTAB Vendor: general detail
VENDOR C10 Account Number of Vendor or Creditor @ALPHA
NAME C35 Name 1
NAME_2 C35 Name 2
NAME_3 C35 Name 3
NAME_4 C35 Name 4
CITY C35 City
DISTRICT C35 District
PO_BOX C10 PO Box
POBX_PCD C10 P.O. Box Postal Code
POSTL_CODE C10 Postal Code
REGION C3 Region (State, Province, County)
STREET C35 House number and street
COUNTRY C3 Country Key
COUNTRYISO C2 Country ISO code
POBX_CTY C35 PO Box city
LANGU L1 Language Key
LANGU_ISO C2 ISO code for language key
TELEPHONE C16 First telephone number
FORMOFADDR C15 Title
TELEPHONE2 C16 Second telephone number

TABLE BAPIVENDOR_05 INTTAB Vendor: company code detail
VENDOR C10 Account Number of Vendor or Creditor @ALPHA
COMP_CODE C4 Company Code
CLERK C2 Accounting clerk
HD_OFFICE C10 Head office account number @ALPHA
ALT_PAYEE C10 Account Number of the Alternative Payee @ALPHA
CUVD_CLEAR C1 Indicator: Clearing between customer and vendor?
PMNTTRMS C4 Terms of Payment Key
ACT_AT_VEN C12 Our account number with the vendor
VEND_USER C15 Clerk at vendor
INTERNET C130 Internet address of partner company clerk
FAX C31 Fax number of the clerk
PAYMENT_METHODS C10 List of the Payment Methods to be Considered
TEL C30 Telephone number of the clerk

TABLE BAPI0002_1 INTTAB Company code list
COMP_CODE C4 Company Code
COMP_NAME C25 Name of Company Code or Company

TABLE BAPI0012_CCLIST INTTAB Cost center list
CO_AREA C4 Controlling Area
COSTCENTER C10 Cost Center @ALPHA
COCNTR_TXT C20 General Name

TABLE BAPI3006_0 INTTAB G/L account list
COMP_CODE C4 Company Code
GL_ACCOUNT C10 G/L Account Number @ALPHA
SHORT_TEXT C20 G/L account short text
LONG_TEXT C50 G/L Account Long Text
`);
