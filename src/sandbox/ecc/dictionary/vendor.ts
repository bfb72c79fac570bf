// Vendor master and addresses: widths of reference sap-data 2.2. ADRC and ADR6 call their client column CLIENT, as ECC does.
import { defineTables } from "./define.ts";

export const vendorTables = defineTables(`
TABLE LFA1 TRANSP Vendor Master (General Section)
* MANDT CLNT Client
* LIFNR C10 Account Number of Vendor or Creditor @ALPHA
LAND1 C3 Country Key
NAME1 C35 Name 1
NAME2 C35 Name 2
NAME3 C35 Name 3
NAME4 C35 Name 4
ORT01 C35 City
ORT02 C35 District
PFACH C10 PO Box
PSTL2 C10 P.O. Box Postal Code
PSTLZ C10 Postal Code
REGIO C3 Region (State, Province, County)
SORTL C10 Sort field
STRAS C35 House number and street
ADRNR C10 Address @ALPHA
MCOD1 C25 Search Term for Matchcode Search
MCOD2 C25 Search term for matchcode search
MCOD3 C25 Search term for matchcode search
ANRED C15 Title
BRSCH C4 Industry key
ERDAT D Date on which the Record Was Created
ERNAM C12 Name of Person who Created the Object
KONZS C10 Group key
KTOKK C4 Vendor account group
KUNNR C10 Customer Number @ALPHA
LNRZA C10 Account Number of the Alternative Payee @ALPHA
LOEVM C1 Central Deletion Flag for Master Record
SPERR C1 Central posting block
SPERM C1 Centrally imposed purchasing block
SPRAS L1 Language Key
STCD1 C16 Tax Number 1
STCD2 C11 Tax Number 2
STKZU C1 Liable for VAT
TELF1 C16 First telephone number
TELF2 C16 Second telephone number
TELFX C31 Fax Number
XCPDK C1 Indicator: Is the account a one-time account?
VBUND C6 Company ID of Trading Partner
STCEG C20 VAT Registration Number
SPERZ C1 Payment Block
SPERQ C2 Function That Will Be Blocked
STCD3 C18 Tax Number 3
STCD4 C18 Tax Number 4
LFURL C132 Uniform Resource Locator
NODEL C1 Central deletion block for master record
CONFS C1 Status of Change Authorization (Central)
UPDAT D Date on Which the Changes Were Confirmed
UPTIM T Time of Last Change Confirmation

TABLE LFB1 TRANSP Vendor Master (Company Code)
* MANDT CLNT Client
* LIFNR C10 Account Number of Vendor or Creditor @ALPHA
* BUKRS C4 Company Code
ERDAT D Date on which the Record Was Created
ERNAM C12 Name of Person who Created the Object
SPERR C1 Posting block for company code
LOEVM C1 Deletion Flag for Master Record (Company Code Level)
ZUAWA C3 Key for sorting according to assignment numbers
AKONT C10 Reconciliation Account in General Ledger @ALPHA
ZWELS C10 List of the Payment Methods to be Considered
ZAHLS C1 Block key for payment
ZTERM C4 Terms of Payment Key
FDGRV C10 Planning group
BUSAB C2 Accounting clerk
LNRZB C10 Account Number of the Alternative Payee @ALPHA
MINDK C3 Minority Indicators
REPRF C1 Check Flag for Double Invoices or Credit Memos
ALTKN C10 Previous Master Record Number
TOGRU C4 Tolerance group for the business partner
INTAD C130 Internet address of partner company clerk
NODEL C1 Deletion bock for master record (company code level)
UPDAT D Date on Which the Changes Were Confirmed
UPTIM T Time of Last Change Confirmation

TABLE LFM1 TRANSP Vendor master record purchasing organization data
REF WAERS *CURR
* MANDT CLNT Client
* LIFNR C10 Account Number of Vendor or Creditor @ALPHA
* EKORG C4 Purchasing Organization
ERDAT D Date on which the Record Was Created
ERNAM C12 Name of Person who Created the Object
SPERM C1 Purchasing block at purchasing organization level
LOEVM C1 Delete flag for vendor at purchasing level
VERKF C30 Responsible Salesperson at Vendor's Office
TELF1 C16 Vendor's Telephone Number
MINBW CURR13.2 Minimum order value
WAERS CK5 Purchase order currency
ZTERM C4 Terms of Payment Key
INCO1 C3 Incoterms (Part 1)
INCO2 C28 Incoterms (Part 2)
WEBRE C1 Indicator: GR-Based Invoice Verification
EKGRP C3 Purchasing Group
PLIFZ P3 Planned Delivery Time in Days

TABLE ADRC TRANSP Addresses (Business Address Services)
* CLIENT CLNT Client
* ADDRNUMBER C10 Address Number @ALPHA
* DATE_FROM D Valid-from date - in current Release only 00010101 possible
* NATION C1 Version ID for International Addresses
DATE_TO D Valid-to date in current Release only 99991231 possible
TITLE C4 Form-of-Address Key
NAME1 C40 Name 1
NAME2 C40 Name 2
NAME3 C40 Name 3
NAME4 C40 Name 4
CITY1 C40 City
CITY2 C40 District
POST_CODE1 C10 City postal code
PO_BOX C10 PO Box
STREET C60 Street
HOUSE_NUM1 C10 House Number
STR_SUPPL1 C40 Street 2
STR_SUPPL2 C40 Street 3
COUNTRY C3 Country Key
LANGU L1 Language Key
REGION C3 Region (State, Province, County)
SORT1 C20 Search Term 1
TIME_ZONE C6 Address time zone
TAXJURCODE C15 Tax Jurisdiction
TEL_NUMBER C30 First telephone no.: dialling code+number
FAX_NUMBER C30 First fax no.: dialling code+number

TABLE ADR6 TRANSP E-Mail Addresses (Business Address Services)
* CLIENT CLNT Client
* ADDRNUMBER C10 Address Number @ALPHA
* PERSNUMBER C10 Person Number @ALPHA
* DATE_FROM D Valid-from date - in current Release only 00010101 possible
* CONSNUMBER N3 Sequence Number
FLGDEFAULT C1 Flag: this address is the default address
HOME_FLAG C1 Flag: recipient address in this communication type
SMTP_ADDR C241 E-Mail Address
SMTP_SRCH C20 E-Mail Address Search Field
`);
