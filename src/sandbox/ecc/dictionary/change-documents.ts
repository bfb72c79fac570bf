// Change documents and change pointers: reference sap-data 2.8 and 3. The client column of the former is MANDANT; CDPOS is a cluster.
import { defineTables } from "./define.ts";

export const changeDocumentTables = defineTables(`
TABLE CDHDR TRANSP Change document header
* MANDANT CLNT Client
* OBJECTCLAS C15 Object class
* OBJECTID C90 Object value
* CHANGENR C10 Document change number
USERNAME C12 User name of the person responsible in change document
UDATE D Creation date of the change document
UTIME T Time changed
TCODE C20 Transaction in which a change was made
PLANCHNGNR C12 Planned change number
ACT_CHNGNO C10 Change number of the document created by this change
WAS_PLANND C1 Flag that changes were generated from planned changes
CHANGE_IND C1 Application object change type (U, I, E, D)
LANGU L1 Language Key
VERSION C3 3-Byte field

TABLE CDPOS CLUSTER Change document items
* MANDANT CLNT Client
* OBJECTCLAS C15 Object class
* OBJECTID C90 Object value
* CHANGENR C10 Document change number
* TABNAME C30 Table Name
* TABKEY C70 Changed table record key
* FNAME C30 Field Name
* CHNGIND C1 Change type (U, I, S, D)
TEXT_CASE C1 Flag: X=Text change
UNIT_OLD U3 Change documents, unit referenced @CUNIT
UNIT_NEW U3 Change documents, unit referenced @CUNIT
CUKY_OLD CK5 Change documents, referenced currency
CUKY_NEW CK5 Change documents, referenced currency
VALUE_NEW C254 New contents of changed field
VALUE_OLD C254 Old contents of changed field
TABLE BDCP2 TRANSP Aggregated Change Pointers (BDCP, BDCPS)
* MANDT CLNT Client
* MESTYPE C30 Message Type
* CPIDENT N10 Change pointer ID
PROCESS C1 Change pointer processed?
TABNAME C30 Table Name
TABKEY C254 Table Key
FLDNAME C30 Field Name
CRETIME C14 Creation time of a change pointer
ACTTIME C14 Activation time of a change pointer
USRNAME C12 User name of the person responsible in change document
CDOBJCL C15 Object class
CDOBJID C90 Object value
CDCHGNO C10 Document change number
CDCHGID C1 Change type (U, I, S, D)
`);
