// Cost centres, cost elements, projects, orders and CO documents: widths of reference sap-data 2.6; employees of 2.7.
import { defineTables } from "./define.ts";

export const controllingTables = defineTables(`
TABLE CSKS TRANSP Cost Center Master Data
* MANDT CLNT Client
* KOKRS C4 Controlling Area
* KOSTL C10 Cost Center @ALPHA
* DATBI D Valid To Date
DATAB D Valid-From Date
BKZKP C1 Lock Indicator for Actual Primary Postings
BKZKS C1 Lock Indicator for Actual Secondary Costs
BKZER C1 Lock Indicator for Actual Revenue Postings
BKZOB C1 Lock Indicator for Commitment Update
BUKRS C4 Company Code
GSBER C4 Business Area
KOSAR C1 Cost Center Category
VERAK C20 Person Responsible
WAERS CK5 Currency Key
PRCTR C10 Profit Center @ALPHA
ERSDA D Entered On
USNAM C12 Entered by
OBJNR C22 Object number
KHINR C12 Standard Hierarchy Area
FUNC_AREA C16 Functional Area

TABLE CSKT TRANSP Cost Center Texts
* MANDT CLNT Client
* SPRAS L1 Language Key
* KOKRS C4 Controlling Area
* KOSTL C10 Cost Center @ALPHA
* DATBI D Valid To Date
KTEXT C20 General Name
LTEXT C40 Description

TABLE CSKB TRANSP Cost Elements (Data Dependent on Controlling Area)
* MANDT CLNT Client
* KOKRS C4 Controlling Area
* KSTAR C10 Cost Element @ALPHA
* DATBI D Valid To Date
DATAB D Valid-From Date
KATYP N2 Cost Element Category
ERSDA D Entered On
USNAM C12 Entered by

TABLE CSKU TRANSP Cost Element Texts
* MANDT CLNT Client
* SPRAS L1 Language Key
* KTOPL C4 Chart of Accounts
* KSTAR C10 Cost Element @ALPHA
KTEXT C20 General Name
LTEXT C40 Description

TABLE CSKA TRANSP Cost Elements (Data Dependent on Chart of Accounts)
* MANDT CLNT Client
* KTOPL C4 Chart of Accounts
* KSTAR C10 Cost Element @ALPHA
ERSDA D Entered On
USNAM C12 Entered by
STEKZ C1 Costing Indicator
FUNC_AREA C16 Functional Area

TABLE PROJ TRANSP Project definition
* MANDT CLNT Client
* PSPNR N8 Project definition (internal) @KONPD
PSPID C24 Project Definition @ABPSN
POST1 C40 PS: Short description (1st text line)
OBJNR C22 Object number
ERNAM C12 Name of Person who Created the Object
ERDAT D Date on which the Record Was Created
AENAM C12 Name of person who changed object
AEDAT D Date on Which Record Was Changed
VERNR N8 Number of the responsible person (project manager)
VERNA C25 Name of responsible person (Project manager)
VBUKR C4 Company Code for the project
VKOKR C4 Controlling area for the project
PRCTR C10 Profit Center @ALPHA
PWHIE CK5 WBS Currency (Project Definition)
WERKS C4 Plant
PLFAZ D Project planned start date
PLSEZ D Project planned finish date
PROFL C7 Project Profile

TABLE PRPS TRANSP WBS (Work Breakdown Structure) Element Master Data
REF USE06 USR06
REF USE07 USR07
REF USE04 USR04
REF USE05 USR05
* MANDT CLNT Client
* PSPNR N8 WBS Element @ABPSP
POSID C24 Work Breakdown Structure Element (WBS Element) @ABPSN
POST1 C40 PS: Short description (1st text line)
OBJNR C22 Object number
PSPHI N8 Current number of the appropriate project @KONPD
POSKI C16 WBS element short identification
ERNAM C12 Name of Person who Created the Object
ERDAT D Date on which the Record Was Created
AENAM C12 Name of person who changed object
AEDAT D Date on Which Record Was Changed
VERNR N8 Number of the Person Responsible
VERNA C25 Name of person responsible
ASTNR N8 Applicant number
PBUKR C4 Company Code for WBS Element
PGSBR C4 Business area for WBS element
PKOKR C4 Controlling area for WBS element
PRCTR C10 Profit Center @ALPHA
PRART C2 Project type
STUFE INT1 Level in Project Hierarchy
PLAKZ C1 Indicator: Planning element
BELKZ C1 Indicator: Account assignment element
FAKKZ C1 Indicator: Billing element
ZUORD N1 Indicator: Network assignment
KALSM C6 Costing Sheet
ABGSL C6 Key for results analysis
AKOKR C4 Controlling area of responsible cost center
AKSTL C10 Responsible cost center @ALPHA
FKSTL C10 Requesting cost center @ALPHA
PWPOS CK5 WBS Element Currency
WERKS C4 Plant
TXTSP L1 Language Key
KOSTL C10 Cost center to which costs are actually posted @ALPHA
SLWID C7 Key word ID for user-defined fields
USR00 C20 User field 1
USR01 C20 User field 2
USR02 C10 User field 3
USR03 C10 User field 4
USR04 QUAN13.3 User-defined field, quantity 1
USE04 U3 Unit of quantity 1 @CUNIT
USR05 QUAN13.3 User-defined field, quantity 2
USE05 U3 Unit of quantity 2 @CUNIT
USR06 CURR13.2 User-defined field, value 1
USE06 CK5 Currency of value 1
USR07 CURR13.2 User-defined field, value 2
USE07 CK5 Currency of value 2
USR08 D User-defined field, date 1
USR09 D User-defined field, date 2
USR10 C1 User-defined field, indicator 1
USR11 C1 User-defined field, indicator 2
LOEVM C1 Deletion indicator
STORT C10 Location
XSTAT C1 Indicator: Statistical WBS element

TABLE PRHI TRANSP Work Breakdown Structure, Edges (Hierarchy Pointer)
* MANDT CLNT Client
* POSNR N8 WBS Element @ABPSP
PSPHI N8 Current number of the appropriate project @KONPD
UP N8 Number of superior WBS element @ABPSP
DOWN N8 First subordinate WBS element @ABPSP
LEFT N8 Number of left WBS element @ABPSP
RIGHT N8 Number of right WBS element @ABPSP

TABLE AUFK TRANSP Order master data
* MANDT CLNT Client
* AUFNR C12 Order Number @ALPHA
AUART C4 Order Type
AUTYP N2 Order category
ERNAM C12 Entered by
ERDAT D Created on
AENAM C12 Last Changed By
AEDAT D Change Date for Order Master
KTEXT C40 Description
BUKRS C4 Company Code
WERKS C4 Plant
KOKRS C4 Controlling Area
KOSTV C10 Responsible cost center @ALPHA
ASTKZ C1 Identifier for statistical order
WAERS CK5 Order Currency
LOEKZ C1 Deletion flag
IDAT1 D Release date
IDAT2 D Technical completion date
IDAT3 D Close date
PHAS0 C1 Phase: order created
PHAS1 C1 Phase: order released
PHAS2 C1 Phase: order completed
PHAS3 C1 Phase: order closed
PRCTR C10 Profit Center @ALPHA
PSPEL N8 Work breakdown structure element (WBS element) @ABPSP
OBJNR C22 Object number

TABLE AFKO TRANSP Order Header Data PP Orders
* MANDT CLNT Client
* AUFNR C12 Order Number @ALPHA
GLTRP D Basic finish date
GSTRP D Basic Start Date
AUFPL N10 Routing number of operations in the order
PRONR N8 Project definition @KONPD
PSPEL N8 Work breakdown structure element (WBS element) @ABPSP
AUFNT C12 Number of superior network @ALPHA

TABLE AFVC TRANSP Operation within an order
* MANDT CLNT Client
* AUFPL N10 Routing number of operations in the order
* APLZL N8 General counter for order
VORNR C4 Operation/Activity Number
STEUS C4 Control key
WERKS C4 Plant
LTXA1 C40 Operation short text
LOEKZ C1 Deletion indicator
OBJNR C22 Object number
PROJN N8 Work breakdown structure element (WBS element) @ABPSP

TABLE JEST TRANSP Individual Object Status
* MANDT CLNT Client
* OBJNR C22 Object number
* STAT C5 Individual status of an object
INACT C1 Indicator: Status Is Inactive
CHGNR N3 Change number

TABLE JCDS TRANSP Change Documents for System/User Statuses (Table JEST)
* MANDT CLNT Client
* OBJNR C22 Object number
* STAT C5 Individual status of an object
* CHGNR N3 Change number
USNAM C12 Name of person who has created the change document
UDATE D Creation date of the change document
UTIME T Time changed
TCODE C20 Transaction in which a change was made
CDTCODE C20 Transaction in which a change was made
INACT C1 Indicator: Status Is Inactive
CHIND C1 Change type (U, I, E, D)

TABLE COBK TRANSP CO Object: Document Header
* MANDT CLNT Client
* KOKRS C4 Controlling Area
* BELNR C10 Document Number @ALPHA
GJAHR N4 Fiscal Year @GJAHR
VERSN C3 Version
VRGNG C4 CO Business Transaction
TIMESTMP P16 Time created (Greenwich Mean Time)
PERAB N3 From period
PERBI N3 Through period
BLDAT D Document Date
BUDAT D Document Posting Date
CPUDT D Date on which the document was entered
USNAM C12 User Name
BLTXT C50 Document Header Text
STFLG C1 Document reversed flag
STOKZ C1 Reversed document flag
REFBT C1 Category of reference document
REFBN C10 Reference document number
REFBK C4 Company code of FI document
REFGJ N4 Fiscal year of reference document @GJAHR
BLART C2 Document type of FI reference document
ORGVG C4 Original Business Transaction
KURST C4 Exchange Rate Type
KWAER CK5 Controlling Area Currency
WSDAT D Value date for currency translation
AWTYP C5 Reference Transaction
AWORG C10 Reference Organizational Units
LOGSYSTEM C10 Logical system of source document

TABLE COEP TRANSP CO Object: Line Items (by Period)
REF TWAER WTGBTR
REF OWAER WOGBTR
REF TKA01-WAERS *CURR
REF MEINH MEGBTR MBGBTR
* MANDT CLNT Client
* KOKRS C4 Controlling Area
* BELNR C10 Document Number @ALPHA
* BUZEI N3 Posting Row
PERIO N3 Period
WTGBTR CURR15.2 Total Value in Transaction Currency
WOGBTR CURR15.2 Total Value in Object Currency
WKGBTR CURR15.2 Total Value in Controlling Area Currency
WKFBTR CURR15.2 Fixed Value in Controlling Area Currency
MEGBTR QUAN15.3 Total Quantity
MBGBTR QUAN15.3 Total Quantity Entered
LEDNR C2 Ledger for Controlling objects
OBJNR C22 Object number
GJAHR N4 Fiscal Year @GJAHR
WRTTP C2 Value Type
VERSN C3 Version
KSTAR C10 Cost Element @ALPHA
HRKFT C8 CO subkey
VRGNG C4 CO Business Transaction
PAROB C22 Partner Object
PAROB1 C22 Partner object (always filled)
BEKNZ C1 Debit/Credit Indicator
TWAER CK5 Transaction Currency
OWAER CK5 Currency of CO Object
MEINH U3 Unit of measure for total quantity @CUNIT
SGTXT C50 Segment text
REFBZ N3 Posting row of reference document
GKONT C10 Offsetting Account Number @ALPHA
GKOAR C1 Offsetting Account Type
WERKS C4 Plant
MATNR C18 Material Number @MATN1
EBELN C10 Purchasing Document Number @ALPHA
EBELP N5 Item Number of Purchasing Document
ZEKKN N2 Sequential Number of Account Assignment
PERNR N8 Personnel Number
BUKRS C4 Company Code
GSBER C4 Business Area
SCOPE C2 Object class
PBUKRS C4 Company code of partner
TIMESTMP P16 Time created (Greenwich Mean Time)

TABLE PA0001 TRANSP HR Master Record: Infotype 0001 (Org. Assignment)
* MANDT CLNT Client
* PERNR N8 Personnel Number
* SUBTY C4 Subtype
* OBJPS C2 Object Identification
* SPRPS C1 Lock Indicator for HR Master Data Record
* ENDDA D End Date
* BEGDA D Start Date
* SEQNR N3 Number of Infotype Record with Same Key
AEDTM D Changed on
UNAME C12 Name of Person Who Changed Object
BUKRS C4 Company Code
WERKS C4 Personnel Area
PERSG C1 Employee Group
PERSK C2 Employee Subgroup
BTRTL C4 Personnel Subarea
ABKRS C2 Payroll Area
KOSTL C10 Cost Center @ALPHA
ORGEH N8 Organizational Unit
PLANS N8 Position
STELL N8 Job
SNAME C30 Employee's Name (Sortable by LAST NAME FIRST NAME)
ENAME C40 Formatted Name of Employee or Applicant
KOKRS C4 Controlling Area
`);
