/**
 * Structures of the function interfaces (object kind INTTAB: no data), plus two tables whose rows the classic reader cannot cast:
 * REPOSRC holds a RAWSTRING, VBRP a float (sap-rfc 1.3, 1.7). Widths are those of release 7.0x as far as sap-rfc names them.
 */
import { defineTables } from "./define.ts";

export const structures = defineTables(`
TABLE RFC_DB_OPT INTTAB WHERE clause lines of RFC_READ_TABLE
TEXT C72 Text line

TABLE RFC_DB_FLD INTTAB Field layout of RFC_READ_TABLE
FIELDNAME C30 Field Name
OFFSET N6 Offset of a field
LENGTH N6 Length (No. of Characters)
TYPE C1 ABAP data type (C,D,N,...)
FIELDTEXT C60 Short Description of Repository Objects

TABLE TAB512 INTTAB Data line of 512 characters
WA C512 Character field, length 512

TABLE SDTI_RESULT_LINE INTTAB Line of ET_DATA
LINE STRG Row, fields joined by the delimiter

TABLE /BODS/TAB128 INTTAB Data line of 128 characters
WA C128 Row

TABLE /BODS/TAB512 INTTAB Data line of 512 characters
WA C512 Row

TABLE /BODS/TAB2048 INTTAB Data line of 2048 characters
WA C2048 Row

TABLE /BODS/TAB8192 INTTAB Data line of 8192 characters
WA C8192 Row

TABLE /BODS/TAB30000 INTTAB Data line of 30000 characters
WA C30000 Row

TABLE ZMLC_JOURNAL_LINE INTTAB Line of a journal to be posted
GL_ACCOUNT C10 G/L Account
COSTCENTER C10 Cost Center
ORDERID C12 Order Number
WBS_ELEMENT C24 Work Breakdown Structure Element (WBS Element)
NETWORK C12 Network Number for Account Assignment
ACTIVITY C4 Operation/Activity Number
TAX_CODE C2 Tax on sales/purchases code
AMOUNT P23.4 Amount in document currency, credit negative
ITEM_TEXT C50 Item Text

TABLE ZMLC_FOUND INTTAB Document that carries a reference number
BUKRS C4 Company Code
BELNR C10 Accounting Document Number
GJAHR N4 Fiscal Year
BSTAT C1 Document Status
BLART C2 Document Type
BUDAT D Posting Date in the Document
WAERS CK5 Currency Key
STBLG C10 Reverse Document Number
XREVERSAL C1 Specifies whether doc. is reversal doc. or reversed doc.
LINES N6 Number of lines
COPIES N6 Number of lines with the copy of the reference
DEBIT P23.4 Sum of debit lines in document currency

TABLE ZMLC_FIELD INTTAB Column name
FIELDNAME C30 Field Name

TABLE ZMLC_LAYOUT INTTAB Where a column stands in a row
FIELDNAME C30 Field Name
OFFSET N6 Offset in characters
LENGTH N6 Length in characters
INTTYPE C1 ABAP type
DECIMALS N6 Decimals

TABLE ZMLC_ROW INTTAB Row of the customer's own reader
WA STRG Cells at fixed width

TABLE EMTABLES INTTAB Number of entries of a table
TABNAME C30 Table
TABROWS INT4 Rows

TABLE RFCSI INTTAB RFC system information
RFCPROTO C3 RFC log version
RFCCHARTYP C4 Character format
RFCINTTYP C3 Integer format
RFCFLOTYP C3 Float type format
RFCDEST C32 Logical Destination
RFCHOST C8 Name of the RFC server
RFCSYSID C8 System name
RFCDATABS C8 Database of the System
RFCDBHOST C32 Database host
RFCDBSYS C10 Central Database System
RFCSAPRL C4 SAP Release
RFCMACH C5 Machine ID
RFCOPSYS C10 Operating System
RFCTZONE C6 Time zone difference to UTC in seconds
RFCDAYST C1 Daylight saving time
RFCIPADDR C15 IP Address
RFCKERNRL C4 Kernel release of the system
RFCHOST2 C32 Name of the RFC server

TABLE WPINFO INTTAB Work process of an application server
WP_NO C3 Number
WP_TYP C3 Kind: DIA, UPD, ENQ, BTC, SPO, UP2
WP_PID C8 Process number on the host
WP_STATUS C8 Status
WP_WAITING C8 What it waits for
WP_RESTART C3 Restart after an error
WP_MANDT C3 Client of the user
WP_BNAME C12 User
WP_REPORT C40 Program that runs

TABLE X030L INTTAB Nametab header
TABNAME C30 Table Name
DBASE C2 Database
TABTYPE C1 Table type
TABFORM C1 Table form
TABLEN N10 Table length
FIELDS N5 Number of fields
UNICODELG N5 Length of a Unicode character

TABLE DFIES INTTAB Dictionary interface: table fields for DDIF_FIELDINFO_GET
TABNAME C30 Table Name
FIELDNAME C30 Field Name
LANGU L1 Language Key
POSITION N4 Position of the field in the table
OFFSET N6 Offset of a field
DOMNAME C30 Domain name
ROLLNAME C30 Data element
CHECKTABLE C30 Check table
LENG N6 Length (No. of Characters)
INTLEN N6 Internal Length in Bytes
OUTPUTLEN N6 Output Length
DECIMALS N6 Number of Decimal Places
DATATYPE C4 ABAP Dictionary data type
INTTYPE C1 ABAP data type (C,D,N,...)
REFTABLE C30 Table for reference field
REFFIELD C30 Reference field for currency and quantity fields
CONVEXIT C5 Conversion routine
KEYFLAG C1 Key field
LOWERCASE C1 Lowercase letters allowed
FIELDTEXT C60 Short Description of Repository Objects
REPTEXT C55 Heading
SCRTEXT_S C10 Short Field Label
SCRTEXT_M C20 Medium Field Label
SCRTEXT_L C40 Long Field Label

TABLE DDFIXVALUE INTTAB Fixed values of a domain
LOW C10 Fixed value
HIGH C10 Upper limit
OPTION C2 Option
DDLANGUAGE L1 Language Key
DDTEXT C60 Text

TABLE RFC_FUNINT INTTAB Parameter of a function module
PARAMCLASS C1 Parameter type
PARAMETER C30 Parameter name
TABNAME C30 Table Name
FIELDNAME C30 Field Name
EXID C1 ABAP data type (C,D,N,...)
POSITION INT4 Position of the field in the structure
OFFSET INT4 Field offset from beginning of structure
INTLENGTH INT4 Internal length of field
DECIMALS INT4 Number of decimal places
DEFAULT C21 Default value for import parameter
PARAMTEXT C79 Short text
OPTIONAL C1 Optional parameter

TABLE DD02L TRANSP cross-client SAP Tables
* TABNAME C30 Table Name
* AS4LOCAL C1 Activation Status of a Repository Object
* AS4VERS N4 Version of the entry (not used)
TABCLASS C8 Table Type
CLIDEP C1 Indicates a Client-Specific Table

TABLE DD02T TRANSP cross-client DD: SAP Table Texts
* TABNAME C30 Table Name
* DDLANGUAGE L1 Language Key
* AS4LOCAL C1 Activation Status of a Repository Object
* AS4VERS N4 Version of the entry (not used)
DDTEXT C60 Short Description of Repository Objects

TABLE REPOSRC TRANSP cross-client Report source
* PROGNAME C40 ABAP Program Name
* R3STATE C1 ABAP: Program Status
SQLX C1 ABAP: Function group
SUBC C1 Program type
CNAM C12 Author
CDAT D Created on
DATA RSTR Source text

TABLE VBRP TRANSP Billing Document: Item Data
REF VBRK-WAERK NETWR
REF VBRK-VRKME FKIMG
* MANDT CLNT Client
* VBELN C10 Billing Document @ALPHA
* POSNR N6 Billing item
FKIMG QUAN13.3 Actual billed quantity
NETWR CURR15.2 Net value of the billing item in document currency
CMPRE_FLT F Item credit price
`);
