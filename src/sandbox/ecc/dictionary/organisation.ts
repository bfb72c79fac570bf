// Clients, company codes, plants and customising: widths of reference sap-data 2.1. TCURX and T000 are cross-client.
import { defineTables } from "./define.ts";

export const organisationTables = defineTables(`
TABLE T000 TRANSP cross-client Clients
* MANDT CLNT Client
MTEXT C25 Client name
ORT01 C25 City
MWAER C5 Standard currency throughout client
ADRNR C10 Character Field Length = 10
CCCATEGORY C1 Client control: Role of client (production, test,...)
CCCORACTIV C1 Changes and Transports for Client-Specific Objects
CCNOCLIIND C1 Maintenance authorization for objects in all clients
CCCOPYLOCK C1 Protection reg. client copy program and comparison tools
CCNOCASCAD C1 Client control: No client cascade in upgrade
CCSOFTLOCK C1 Client control: Indicator
CCORIGCONT C1 Client Control: Indicator
CCIMAILDIS C1 Client control: Indicator
CCTEMPLOCK C1 Client Control: Indicator for Temporary Lock
CHANGEUSER C12 Last Changed by
CHANGEDATE D Changed On
LOGSYS C10 Logical system

TABLE T001 TRANSP Company Codes
* MANDT CLNT Client
* BUKRS C4 Company Code
BUTXT C25 Name of Company Code or Company
ORT01 C25 City
LAND1 C3 Country Key
WAERS CK5 Currency Key
SPRAS L1 Language Key
KTOPL C4 Chart of Accounts
PERIV C2 Fiscal Year Variant
RCOMP C6 Company
ADRNR C10 Address @ALPHA
STCEG C20 VAT Registration Number
OPVAR C4 Posting Period Variant

TABLE TKA01 TRANSP Controlling Areas
* MANDT CLNT Client
* KOKRS C4 Controlling Area
BEZEI C25 Name of Controlling Area
WAERS CK5 Currency Key
KTOPL C4 Chart of Accounts
LMONA C2 Fiscal Year Variant
CTYP C2 Currency type

TABLE TKA02 TRANSP Controlling area assignment
* MANDT CLNT Client
* BUKRS C4 Company Code
* GSBER C4 Business Area
KOKRS C4 Controlling Area

TABLE T001W TRANSP Plants/Branches
* MANDT CLNT Client
* WERKS C4 Plant
NAME1 C30 Name
BWKEY C4 Valuation Area
NAME2 C30 Name 2
STRAS C30 Street and House Number
PSTLZ C10 Postal Code
ORT01 C25 City
EKORG C4 Purchasing Organization
LAND1 C3 Country Key
REGIO C3 Region (State, Province, County)
ADRNR C10 Address @ALPHA
SPRAS L1 Language Key

TABLE T001K TRANSP Valuation area
* MANDT CLNT Client
* BWKEY C4 Valuation Area
BUKRS C4 Company Code

TABLE T024 TRANSP Purchasing Groups
* MANDT CLNT Client
* EKGRP C3 Purchasing Group
EKNAM C18 Description of purchasing group
EKTEL C12 Telephone number of purchasing group

TABLE T024E TRANSP Purchasing Organizations
* MANDT CLNT Client
* EKORG C4 Purchasing Organization
EKOTX C20 Description of Purchasing Organization
BUKRS C4 Company Code

TABLE T003T TRANSP Document Type Texts
* MANDT CLNT Client
* SPRAS L1 Language Key
* BLART C2 Document Type
LTEXT C20 Document Type Description

TABLE T023T TRANSP Material Group Descriptions
* MANDT CLNT Client
* SPRAS L1 Language Key
* MATKL C9 Material Group
WGBEZ C20 Material Group Description
WGBEZ60 C60 Long text describing the material group

TABLE TCURX TRANSP cross-client Decimal Places in Currencies
* CURRKEY CK5 Currency Key
CURRDEC INT1 Number of decimal places

TABLE T052 TRANSP Terms of Payment
* MANDT CLNT Client
* ZTERM C4 Terms of Payment Key
* ZTAGG N2 Day limit
ZDART C1 Default for baseline date
ZFAEL N2 Calendar day for baseline date for payment
ZMONA N2 Additional months
ZTAG1 P3 Days from baseline date for payment
ZPRZ1 P5.3 Cash discount percentage rate
ZTAG2 P3 Days from baseline date for payment
ZPRZ2 P5.3 Cash discount percentage rate
ZTAG3 P3 Days from baseline date for payment
ZSTG1 N2 Due date for special condition
ZSMN1 N2 Month(s) for special condition
ZSTG2 N2 Due date for special condition
ZSMN2 N2 Month(s) for special condition
ZSTG3 N2 Due date for special condition
ZSMN3 N2 Month(s) for special condition
XSPLT C1 Indicator: Term for installment payment
ZLSCH C1 Payment Method
ZSCHF C1 Indicator: Adopt terms of payment
TABLE T052U TRANSP Own Explanations for Terms of Payment
* MANDT CLNT Client
* SPRAS L1 Language Key
* ZTERM C4 Terms of Payment Key
* ZTAGG N2 Day limit
TEXT1 C50 Own Explanation of Terms of Payment

TABLE TVZBT TRANSP Customers: Terms of Payment Texts
* MANDT CLNT Client
* SPRAS L1 Language Key
* ZTERM C4 Terms of Payment Key
VTEXT C30 Description of terms of payment
`);
