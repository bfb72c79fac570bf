*----------------------------------------------------------------------*
* Z_MLC_POST_DOCUMENT, function group ZMLC_POST, remote-enabled.
* Searches a journal by its reference number, checks it, or posts it and
* commits, in one call and one session. Version 1. Syntax: ABAP 7.02.
* NEVER COMPILED: written and reviewed by reading only.
* Parameters are by value, as RFC demands. See z-mlc-post-document.md.
*----------------------------------------------------------------------*

*----------------------------------------------------------------------*
* Include LZMLC_POSTTOP
*----------------------------------------------------------------------*
FUNCTION-POOL zmlc_post.

CONSTANTS gc_version TYPE char10 VALUE '1'.

TYPES: ty_lines  TYPE STANDARD TABLE OF zmlc_journal_line WITH DEFAULT KEY,
       ty_found  TYPE STANDARD TABLE OF zmlc_found WITH DEFAULT KEY,
       ty_gl     TYPE STANDARD TABLE OF bapiacgl09 WITH DEFAULT KEY,
       ty_amount TYPE STANDARD TABLE OF bapiaccr09 WITH DEFAULT KEY,
       ty_return TYPE STANDARD TABLE OF bapiret2 WITH DEFAULT KEY.

*----------------------------------------------------------------------*
* The function module
*----------------------------------------------------------------------*
FUNCTION z_mlc_post_document.
*"----------------------------------------------------------------------
*"*"Local Interface:
*"  IMPORTING
*"     VALUE(IV_MODE) TYPE  CHAR1
*"     VALUE(IV_REFERENCE) TYPE  XBLNR1
*"     VALUE(IV_COMP_CODE) TYPE  BUKRS
*"     VALUE(IV_DOC_TYPE) TYPE  BLART OPTIONAL
*"     VALUE(IV_DOC_DATE) TYPE  BLDAT OPTIONAL
*"     VALUE(IV_PSTNG_DATE) TYPE  BUDAT OPTIONAL
*"     VALUE(IV_CURRENCY) TYPE  WAERS OPTIONAL
*"     VALUE(IV_HEADER_TXT) TYPE  BKTXT OPTIONAL
*"  EXPORTING
*"     VALUE(EV_RESULT) TYPE  CHAR10
*"     VALUE(EV_BELNR) TYPE  BELNR_D
*"     VALUE(EV_BUKRS) TYPE  BUKRS
*"     VALUE(EV_GJAHR) TYPE  GJAHR
*"     VALUE(EV_VERSION) TYPE  CHAR10
*"  TABLES
*"      IT_LINES STRUCTURE  ZMLC_JOURNAL_LINE OPTIONAL
*"      ET_FOUND STRUCTURE  ZMLC_FOUND OPTIONAL
*"      RETURN STRUCTURE  BAPIRET2 OPTIONAL
*"  EXCEPTIONS
*"      NOT_AUTHORIZED
*"      NOT_VALID
*"----------------------------------------------------------------------
  DATA: ls_header   TYPE bapiache09,
        lt_gl       TYPE ty_gl,
        lt_amount   TYPE ty_amount,
        lt_return   TYPE ty_return,
        lt_lines    TYPE ty_lines,
        lt_found    TYPE ty_found,
        ls_found    TYPE zmlc_found,
        ls_posted   TYPE zmlc_posted,
        lv_obj_type TYPE bapiache09-obj_type,
        lv_obj_key  TYPE bapiache09-obj_key,
        lv_obj_sys  TYPE bapiache09-obj_sys,
        lv_failed   TYPE c LENGTH 1.

  CLEAR: ev_result, ev_belnr, ev_bukrs, ev_gjahr.
  REFRESH: et_found, return.
  ev_version = gc_version.

* 1. What is asked. Both exceptions are raised before anything is done.
  IF iv_mode <> 'S' AND iv_mode <> 'C' AND iv_mode <> 'P'.
    RAISE not_valid.
  ENDIF.
  IF STRLEN( iv_reference ) <> 16
     OR iv_reference CN 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.
    RAISE not_valid.
  ENDIF.
  AUTHORITY-CHECK OBJECT 'F_BKPF_BUK'
    ID 'BUKRS' FIELD iv_comp_code
    ID 'ACTVT' FIELD '01'.
  IF sy-subrc <> 0.
    RAISE not_authorized.
  ENDIF.

* 2. Search only.
  IF iv_mode = 'S'.
    PERFORM find_documents USING    iv_comp_code iv_reference
                           CHANGING lt_found.
    et_found[] = lt_found.
    IF lt_found IS INITIAL.
      ev_result = 'NOTHING'.
    ELSE.
      ev_result = 'FOUND'.
    ENDIF.
    RETURN.
  ENDIF.

* 3. The lock, before posting. Scope 2: it goes over to the update and
*    ends with it, so that nobody searches while a document is under way.
  IF iv_mode = 'P'.
    CALL FUNCTION 'ENQUEUE_EZMLC_POSTED'
      EXPORTING
        mode_zmlc_posted = 'E'
        mandt            = sy-mandt
        xblnr            = iv_reference
        _scope           = '2'
        _wait            = space
      EXCEPTIONS
        foreign_lock     = 1
        system_failure   = 2
        OTHERS           = 3.
    IF sy-subrc <> 0.
      ev_result = 'BUSY'.
      RETURN.
    ENDIF.
    PERFORM find_documents USING    iv_comp_code iv_reference
                           CHANGING lt_found.
    SELECT SINGLE * FROM zmlc_posted INTO ls_posted
      WHERE xblnr = iv_reference.
    IF sy-subrc = 0 OR lt_found IS NOT INITIAL.
      et_found[] = lt_found.
      READ TABLE lt_found INTO ls_found INDEX 1.
      ev_belnr = ls_found-belnr.
      ev_bukrs = ls_found-bukrs.
      ev_gjahr = ls_found-gjahr.
      ev_result = 'FOUND'.
      PERFORM unlock USING iv_reference.
      RETURN.
    ENDIF.
  ENDIF.

* 4. The document. OBJ_TYPE, OBJ_KEY and OBJ_SYS stay empty (note 561175).
  ls_header-bus_act    = 'RFBU'.
  ls_header-username   = sy-uname.
  ls_header-comp_code  = iv_comp_code.
  ls_header-doc_type   = iv_doc_type.
  ls_header-doc_date   = iv_doc_date.
  ls_header-pstng_date = iv_pstng_date.
  ls_header-ref_doc_no = iv_reference.
  ls_header-header_txt = iv_header_txt.
  lt_lines = it_lines[].
  PERFORM fill_lines USING    lt_lines iv_reference iv_currency
                     CHANGING lt_gl lt_amount.

  CALL FUNCTION 'BAPI_ACC_DOCUMENT_CHECK'
    EXPORTING
      documentheader = ls_header
    TABLES
      accountgl      = lt_gl
      currencyamount = lt_amount
      return         = lt_return.
  PERFORM has_failed USING lt_return CHANGING lv_failed.
  IF lv_failed = 'X' OR iv_mode = 'C'.
    return[] = lt_return.
    IF lv_failed = 'X'.
      ev_result = 'REFUSED'.
    ELSE.
      ev_result = 'CHECKED'.
    ENDIF.
    IF iv_mode = 'P'.
      PERFORM unlock USING iv_reference.
    ENDIF.
    RETURN.
  ENDIF.

* 5. Post. Its own note of the reference goes into the same update: the
*    primary key makes a second one impossible, whoever sends it.
  REFRESH lt_return.
  CALL FUNCTION 'BAPI_ACC_DOCUMENT_POST'
    EXPORTING
      documentheader = ls_header
    IMPORTING
      obj_type       = lv_obj_type
      obj_key        = lv_obj_key
      obj_sys        = lv_obj_sys
    TABLES
      accountgl      = lt_gl
      currencyamount = lt_amount
      return         = lt_return.
  return[] = lt_return.
  PERFORM has_failed USING lt_return CHANGING lv_failed.
  IF lv_failed = 'X'.
    CALL FUNCTION 'BAPI_TRANSACTION_ROLLBACK'.
    PERFORM unlock USING iv_reference.
    ev_result = 'REFUSED'.
    RETURN.
  ENDIF.
  ls_posted-mandt = sy-mandt.
  ls_posted-xblnr = iv_reference.
  ls_posted-belnr = lv_obj_key(10).
  ls_posted-bukrs = lv_obj_key+10(4).
  ls_posted-gjahr = lv_obj_key+14(4).
  ls_posted-usnam = sy-uname.
  ls_posted-cpudt = sy-datum.
  ls_posted-cputm = sy-uzeit.
  CALL FUNCTION 'Z_MLC_NOTE_POSTED' IN UPDATE TASK
    EXPORTING
      is_posted = ls_posted.
  CALL FUNCTION 'BAPI_TRANSACTION_COMMIT'
    EXPORTING
      wait = 'X'.

* 6. Read back: an update that failed shows only here and in SM13.
  PERFORM find_documents USING    iv_comp_code iv_reference
                         CHANGING lt_found.
  et_found[] = lt_found.
  READ TABLE lt_found INTO ls_found WITH KEY belnr = ls_posted-belnr
                                             gjahr = ls_posted-gjahr.
  IF sy-subrc <> 0.
    ev_result = 'LOST'.
    RETURN.
  ENDIF.
  ev_belnr  = ls_posted-belnr.
  ev_bukrs  = ls_posted-bukrs.
  ev_gjahr  = ls_posted-gjahr.
  ev_result = 'POSTED'.

ENDFUNCTION.

*----------------------------------------------------------------------*
* The update module: attribute "update module, start immediately" (V1),
* so that it stands in one database transaction with the document.
*----------------------------------------------------------------------*
FUNCTION z_mlc_note_posted.
*"----------------------------------------------------------------------
*"*"Update Function Module:
*"*"Local Interface:
*"  IMPORTING
*"     VALUE(IS_POSTED) TYPE  ZMLC_POSTED
*"----------------------------------------------------------------------
  INSERT zmlc_posted FROM is_posted.
  IF sy-subrc <> 0.
*   The reference is taken: the whole update, the document too, is undone.
    MESSAGE a398(00) WITH 'ZMLC_POSTED' is_posted-xblnr
                          'is posted already' space.
  ENDIF.
ENDFUNCTION.

*----------------------------------------------------------------------*
* Include LZMLC_POSTF01
*----------------------------------------------------------------------*
* Every document of the company code with this XBLNR, parked ones too.
* Index BKPF~1 is BUKRS, BSTAT, XBLNR.
FORM find_documents USING    iv_bukrs     TYPE bukrs
                             iv_reference TYPE xblnr1
                    CHANGING ct_found     TYPE ty_found.
  DATA: lt_bkpf   TYPE STANDARD TABLE OF bkpf,
        ls_bkpf   TYPE bkpf,
        lt_bseg   TYPE STANDARD TABLE OF bseg,
        ls_bseg   TYPE bseg,
        ls_found  TYPE zmlc_found,
        lv_copy   TYPE bseg-xref1,
        lv_debit  TYPE bapicurr-bapicurr,
        lv_amount TYPE bapicurr-bapicurr.

  REFRESH ct_found.
  lv_copy = iv_reference(12).
  SELECT * FROM bkpf INTO TABLE lt_bkpf
    WHERE bukrs = iv_bukrs
      AND bstat IN (' ', 'A', 'B', 'D', 'L', 'M', 'S', 'V', 'W', 'Z')
      AND xblnr = iv_reference.
  LOOP AT lt_bkpf INTO ls_bkpf.
    CLEAR: ls_found, lv_debit.
    MOVE-CORRESPONDING ls_bkpf TO ls_found.
    SELECT * FROM bseg INTO TABLE lt_bseg
      WHERE bukrs = ls_bkpf-bukrs
        AND belnr = ls_bkpf-belnr
        AND gjahr = ls_bkpf-gjahr.
    LOOP AT lt_bseg INTO ls_bseg.
*     Lines that SAP made by itself (tax, rounding) carry no copy.
      IF ls_bseg-xauto IS INITIAL.
        ls_found-lines = ls_found-lines + 1.
        IF ls_bseg-xref1 = lv_copy AND ls_bseg-xref3 = iv_reference.
          ls_found-copies = ls_found-copies + 1.
        ENDIF.
        IF ls_bseg-shkzg = 'S'.
          CALL FUNCTION 'BAPI_CURRENCY_CONV_TO_EXTERNAL'
            EXPORTING
              currency        = ls_bkpf-waers
              amount_internal = ls_bseg-wrbtr
            IMPORTING
              amount_external = lv_amount.
          lv_debit = lv_debit + lv_amount.
        ENDIF.
      ENDIF.
    ENDLOOP.
    ls_found-debit = lv_debit.
    APPEND ls_found TO ct_found.
  ENDLOOP.
ENDFORM.                    "find_documents

* REF_KEY_1 has 12 characters, REF_KEY_3 has 20: the whole reference
* stands in the third, its beginning in the first.
FORM fill_lines USING    it_lines     TYPE ty_lines
                         iv_reference TYPE xblnr1
                         iv_currency  TYPE waers
                CHANGING ct_gl        TYPE ty_gl
                         ct_amount    TYPE ty_amount.
  DATA: ls_line   TYPE zmlc_journal_line,
        ls_gl     TYPE bapiacgl09,
        ls_amount TYPE bapiaccr09,
        lv_item   TYPE bapiacgl09-itemno_acc.

  LOOP AT it_lines INTO ls_line.
    lv_item = sy-tabix.
    CLEAR: ls_gl, ls_amount.
    ls_gl-itemno_acc = lv_item.
    ls_gl-gl_account = ls_line-gl_account.
    ls_gl-costcenter = ls_line-costcenter.
    ls_gl-orderid    = ls_line-orderid.
    ls_gl-wbs_element = ls_line-wbs_element.
    ls_gl-network    = ls_line-network.
    ls_gl-activity   = ls_line-activity.
    ls_gl-tax_code   = ls_line-tax_code.
    ls_gl-item_text  = ls_line-item_text.
    ls_gl-ref_key_1  = iv_reference(12).
    ls_gl-ref_key_3  = iv_reference.
    APPEND ls_gl TO ct_gl.
    ls_amount-itemno_acc = lv_item.
    ls_amount-curr_type  = '00'.
    ls_amount-currency   = iv_currency.
    ls_amount-amt_doccur = ls_line-amount.
    APPEND ls_amount TO ct_amount.
  ENDLOOP.
ENDFORM.                    "fill_lines

FORM has_failed USING    it_return TYPE ty_return
                CHANGING cv_failed TYPE clike.
  CLEAR cv_failed.
  LOOP AT it_return TRANSPORTING NO FIELDS
    WHERE type = 'E' OR type = 'A' OR type = 'X'.
    cv_failed = 'X'.
    EXIT.
  ENDLOOP.
ENDFORM.                    "has_failed

FORM unlock USING iv_reference TYPE xblnr1.
  CALL FUNCTION 'DEQUEUE_EZMLC_POSTED'
    EXPORTING
      mode_zmlc_posted = 'E'
      mandt            = sy-mandt
      xblnr            = iv_reference
      _scope           = '3'.
ENDFORM.                    "unlock
