/**
 * Headers of exports that carry field labels instead of names (sap-data 9 [D]): the same label stands for several fields, so each is given
 * by label and by which of its occurrences it is. A label that is not listed belongs to no field of the dictionary.
 */

/** `LABEL#2 FIELD`: the second column of that label. Without a number the first. */
const read = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trim()
      .split("\n")
      .map((line) => {
        const match = /^(.+?)(?:#(\d+))? = ([A-Z0-9_]+)$/.exec(line.trim());
        if (match === null) throw new Error(`cannot read the label line "${line}"`);
        return [`${match[1]}#${match[2] ?? "1"}`, match[3] ?? ""];
      }),
  );

export const vendorLabels = read(`
  Vendor = LIFNR
  Country = LAND1
  Name 1 = NAME1
  Name 2 = NAME2
  Name 3 = NAME3
  Name 4 = NAME4
  City = ORT01
  District = ORT02
  PO Box = PFACH
  P.O. Box Postal Code = PSTL2
  Postal Code = PSTLZ
  Region = REGIO
  Search term = SORTL
  Street = STRAS
  Address = ADRNR
  Name 1#2 = MCOD1
  Name 2#2 = MCOD2
  City#2 = MCOD3
  Title = ANRED
  Industry = BRSCH
  Created on = ERDAT
  Created by = ERNAM
  Group key = KONZS
  Account group = KTOKK
  Customer = KUNNR
  Alternative Payee = LNRZA
  Central deletion flag = LOEVM
  Central posting block = SPERR
  Central purchasing block = SPERM
  Language Key = SPRAS
  Tax Number 1 = STCD1
  Tax Number 2 = STCD2
  Liable for VAT = STKZU
  Telephone 1 = TELF1
  Telephone 2 = TELF2
  Fax Number = TELFX
  One-time account = XCPDK
  Trading Partner No. = VBUND
  VAT Registration No. = STCEG
  Block Function = SPERQ
  Payment block = SPERZ
  Tax Number 3 = STCD3
  Tax Number 4 = STCD4
  URL = LFURL
  Confirmation status = CONFS
  Confirmation date = UPDAT
  Confirmation time = UPTIM
  Central del.block = NODEL
`);

export const orderLabels = read(`
  Purchasing Document = EBELN
  Company Code = BUKRS
  Purch. Doc. Category = BSTYP
  Purchasing Doc. Type = BSART
  Control indicator = BSAKZ
  Deletion indicator = LOEKZ
  Status = STATU
  Created on = AEDAT
  Created by = ERNAM
  Item Number Interval = PINCR
  Last Item = LPONR
  Vendor = LIFNR
  Language Key = SPRAS
  Payment terms = ZTERM
  Payment in = ZBD1T
  Payment in#2 = ZBD2T
  Payment in#3 = ZBD3T
  Disc.percent 1 = ZBD1P
  Disc.percent 2 = ZBD2P
  Purch. organization = EKORG
  Purchasing Group = EKGRP
  Currency = WAERS
  Exchange Rate = WKURS
  Fixed Exchange Rate = KUFIX
  Document Date = BEDAT
  Validity Per. Start = KDATB
  Validity Period End = KDATE
  Your Reference = IHREZ
  Salesperson = VERKF
  Telephone = TELF1
  Goods Supplier = LLIEF
  Customer = KUNNR
  Outline agreement = KONNR
  Supplying Plant = RESWK
  Incoterms = INCO1
  Incoterms (Part 2) = INCO2
  Targ.Val. (Hdr) = KTWRT
  Collective Number = SUBMI
  Doc. Condition No. = KNUMV
  Procedure = KALSM
  Invoicing Party = LIFRE
  Our Reference = UNSEZ
  Release group = FRGGR
  Release Strategy = FRGSX
  Release indicator = FRGKE
  Release State = FRGZU
  Subject to release = FRGRL
  Address Number = ADRNR
  Incomplete = MEMORY
  Purchasing doc. processing state = PROCSTAT
  Total val. upon release = RLWRT
  Version = REVNO
  Retention = RETTP
  Retention in Percent = RETPC
  Down Payment = DPTYP
  Down Payt Percentage = DPPCT
  Down Payment Amount = DPAMT
  Due Date for Down Payment = DPDAT
`);

export const itemLabels = read(`
  Purchasing Document = EBELN
  Item = EBELP
  Deletion indicator = LOEKZ
  RFQ status = STATU
  Last Changed on = AEDAT
  Short Text = TXZ01
  Material = MATNR
  Material#2 = EMATN
  Company Code = BUKRS
  Plant = WERKS
  Storage location = LGORT
  Req. Tracking Number = BEDNR
  Material Group = MATKL
  Purchasing info rec. = INFNR
  Supplier Material Number = IDNLF
  Target Quantity = KTMNG
  Order Quantity = MENGE
  Order Unit = MEINS
  Order Price Unit = BPRME
  Quantity Conversion = BPUMZ
  Quantity Conversion#2 = BPUMN
  Equal To = UMREZ
  Denominator = UMREN
  Net Order Price = NETPR
  Price unit = PEINH
  Net Order Value = NETWR
  Gross order value = BRTWR
  Tax Code = MWSKZ
  Overdeliv. Tolerance = UEBTO
  Unltd Overdelivery = UEBTK
  Underdel. Tolerance = UNTTO
  Valuation Type = BWTAR
  Delivery Completed = ELIKZ
  Final Invoice = EREKZ
  Item category = PSTYP
  Acct Assignment Cat. = KNTTP
  Distrib. Indicator = VRTKZ
  Partial invoice = TWRKZ
  Goods receipt = WEPOS
  GR non-valuated = WEUNB
  Invoice receipt = REPOS
  GR-Based Inv. Verif. = WEBRE
  Outline agreement = KONNR
  Princ.agreement item = KTPNR
  Base Unit of Measure = LMEIN
  Non-deductible = NAVNW
  Price Date = PRDAT
  Purch. Doc. Category = BSTYP
  Effective value = EFFWR
  Address = ADRNR
  Tax Jurisdiction = TXJCD
  EAN/UPC = EAN11
  Package number = PACKNO
  Invoicing plan no. = FPLNR
  Higher-Level Item = UEBPO
  Latest GR Date = LEWED
  Address#2 = ADRN2
  Eval. receipt sett. = XERSY
  Retention in Percent = RETPC
  Down Payt Percentage = DPPCT
  Down Payment Amount = DPAMT
`);
