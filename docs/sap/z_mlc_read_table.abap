*----------------------------------------------------------------------*
* Z_MLC_READ_TABLE, function group ZMLC, remote-enabled.
* Reads allow-listed columns of allow-listed tables in the order of the
* primary key, page by page. Version 1. Syntax: ABAP 7.02.
* Parameters are by value, as RFC demands. See z-mlc-read-table.md.
*----------------------------------------------------------------------*

*----------------------------------------------------------------------*
* Include LZMLCTOP
*----------------------------------------------------------------------*
FUNCTION-POOL zmlc.

CONSTANTS: gc_version  TYPE char10 VALUE '1',
           gc_rows_max TYPE i      VALUE 50000.

TYPES: BEGIN OF ty_column,
         fieldname TYPE dfies-fieldname,
         inttype   TYPE dfies-inttype,
         leng      TYPE i,
         decimals  TYPE i,
         width     TYPE i,
         cell      TYPE REF TO data,
       END OF ty_column,
       ty_columns TYPE STANDARD TABLE OF ty_column WITH DEFAULT KEY,
       ty_allow   TYPE STANDARD TABLE OF zmlc_allow-fieldname WITH DEFAULT KEY,
       ty_dfies   TYPE STANDARD TABLE OF dfies WITH DEFAULT KEY,
       ty_names   TYPE STANDARD TABLE OF dfies-fieldname WITH DEFAULT KEY,
       ty_where   TYPE STANDARD TABLE OF zmlc_where WITH DEFAULT KEY.

*----------------------------------------------------------------------*
* The function module
*----------------------------------------------------------------------*
FUNCTION z_mlc_read_table.
*"----------------------------------------------------------------------
*"*"Local Interface:
*"  IMPORTING
*"     VALUE(IV_TABLE) TYPE  TABNAME
*"     VALUE(IV_MODE) TYPE  CHAR1 DEFAULT SPACE
*"     VALUE(IV_ROWS_MAX) TYPE  INT4 DEFAULT 0
*"     VALUE(IV_CURSOR) TYPE  STRING OPTIONAL
*"  EXPORTING
*"     VALUE(ET_ROWS) TYPE  ZMLC_ROWS
*"     VALUE(EV_COUNT) TYPE  CHAR20
*"     VALUE(EV_CURSOR) TYPE  STRING
*"     VALUE(EV_VERSION) TYPE  CHAR10
*"  TABLES
*"      IT_FIELDS STRUCTURE  ZMLC_FIELD OPTIONAL
*"      IT_WHERE STRUCTURE  ZMLC_WHERE OPTIONAL
*"      ET_LAYOUT STRUCTURE  ZMLC_LAYOUT OPTIONAL
*"  EXCEPTIONS
*"      TABLE_NOT_ALLOWED
*"      FIELD_NOT_ALLOWED
*"      TABLE_NOT_FOUND
*"      FIELD_NOT_VALID
*"      WHERE_NOT_VALID
*"      NOT_AUTHORIZED
*"      CURSOR_NOT_VALID
*"----------------------------------------------------------------------
  DATA: lt_allow   TYPE ty_allow,
        lt_dfies   TYPE ty_dfies,
        lt_columns TYPE ty_columns,
        lt_keys    TYPE ty_columns,
        lt_select  TYPE ty_names,
        lt_where   TYPE ty_where,
        ls_column  TYPE ty_column,
        lv_kind    TYPE dd02v-tabclass,
        lv_where   TYPE string,
        lv_behind  TYPE string,
        lv_row     TYPE string,
        lv_cursor  TYPE string,
        lv_error   TYPE char30,
        lv_count   TYPE i,
        lv_wish    TYPE i,
        lv_limit   TYPE i,
        lv_offset  TYPE i,
        lr_row     TYPE REF TO data,
        ls_row     TYPE zmlc_row.
  FIELD-SYMBOLS: <ls_row>   TYPE any,
                 <ls_dfies> TYPE dfies.

  CLEAR: et_rows, ev_count, ev_cursor, ev_version.
  REFRESH et_layout.
  ev_version = gc_version.

* 1. The allow-list comes first: it tells nothing about other tables.
  SELECT fieldname FROM zmlc_allow INTO TABLE lt_allow
    WHERE tabname = iv_table.
  IF sy-subrc <> 0.
    RAISE table_not_allowed.
  ENDIF.
  AUTHORITY-CHECK OBJECT 'S_TABU_NAM'
    ID 'ACTVT' FIELD '03'
    ID 'TABLE' FIELD iv_table.
  IF sy-subrc <> 0.
    RAISE not_authorized.
  ENDIF.

* 2. The dictionary. Views have no primary key to sort by.
  CALL FUNCTION 'DDIF_FIELDINFO_GET'
    EXPORTING
      tabname        = iv_table
    IMPORTING
      ddobjtype      = lv_kind
    TABLES
      dfies_tab      = lt_dfies
    EXCEPTIONS
      not_found      = 1
      internal_error = 2
      OTHERS         = 3.
  IF sy-subrc <> 0.
    RAISE table_not_found.
  ENDIF.
  IF lv_kind <> 'TRANSP' AND lv_kind <> 'POOL' AND lv_kind <> 'CLUSTER'.
    RAISE table_not_found.
  ENDIF.

* 3. Columns and layout.
  IF it_fields[] IS INITIAL AND iv_mode <> 'C'.
    RAISE field_not_valid.
  ENDIF.
  LOOP AT it_fields.
    PERFORM add_column USING    lt_dfies lt_allow it_fields-fieldname 'X'
                       CHANGING lt_columns lv_error.
    IF lv_error = 'FIELD_NOT_VALID'.
      RAISE field_not_valid.
    ELSEIF lv_error = 'FIELD_NOT_ALLOWED'.
      RAISE field_not_allowed.
    ENDIF.
  ENDLOOP.
  LOOP AT lt_columns INTO ls_column.
    CLEAR et_layout.
    et_layout-fieldname = ls_column-fieldname.
    et_layout-offset    = lv_offset.
    et_layout-length    = ls_column-width.
    et_layout-inttype   = ls_column-inttype.
    et_layout-decimals  = ls_column-decimals.
    APPEND et_layout.
    lv_offset = lv_offset + ls_column-width.
  ENDLOOP.
  IF iv_mode = 'D'.
    RETURN.
  ENDIF.

* 4. The filter: checked token by token, written anew.
  lt_where = it_where[].
  PERFORM check_where USING    lt_where lt_dfies lt_allow
                      CHANGING lv_where lv_error.
  IF lv_error = 'FIELD_NOT_ALLOWED'.
    RAISE field_not_allowed.
  ELSEIF lv_error IS NOT INITIAL.
    RAISE where_not_valid.
  ENDIF.

* 5. Count only.
  IF iv_mode = 'C'.
    TRY.
        SELECT COUNT(*) INTO lv_count
          FROM (iv_table) BYPASSING BUFFER
          WHERE (lv_where).
      CATCH cx_sy_dynamic_osql_error.
        lv_error = 'WHERE_NOT_VALID'.
    ENDTRY.
    IF lv_error IS NOT INITIAL.
      RAISE where_not_valid.
    ENDIF.
    ev_count = lv_count.
    CONDENSE ev_count NO-GAPS.
    RETURN.
  ENDIF.

* 6. The key: read with every row, for the cursor. The client is implied.
  LOOP AT lt_dfies ASSIGNING <ls_dfies> WHERE keyflag  = 'X'
                                          AND datatype <> 'CLNT'.
    PERFORM add_column USING    lt_dfies lt_allow <ls_dfies>-fieldname space
                       CHANGING lt_keys lv_error.
    IF lv_error IS NOT INITIAL.
      RAISE field_not_valid.
    ENDIF.
  ENDLOOP.
* Raw bytes have no literal that every database compares alike.
  READ TABLE lt_keys TRANSPORTING NO FIELDS WITH KEY inttype = 'X'.
  IF sy-subrc = 0 OR lt_keys IS INITIAL.
    RAISE field_not_valid.
  ENDIF.
  IF iv_cursor IS NOT INITIAL.
    PERFORM where_behind USING    iv_table iv_cursor lt_keys
                         CHANGING lv_behind lv_error.
    IF lv_error IS NOT INITIAL.
      RAISE cursor_not_valid.
    ENDIF.
    IF lv_where IS INITIAL.
      lv_where = lv_behind.
    ELSE.
      CONCATENATE '(' lv_where ') AND (' lv_behind ')'
        INTO lv_where SEPARATED BY space.
    ENDIF.
  ENDIF.

* 7. One row more than wanted tells whether there are more.
  LOOP AT lt_keys INTO ls_column.
    APPEND ls_column-fieldname TO lt_select.
  ENDLOOP.
  LOOP AT lt_columns INTO ls_column.
    APPEND ls_column-fieldname TO lt_select.
  ENDLOOP.
  SORT lt_select.
  DELETE ADJACENT DUPLICATES FROM lt_select.

  lv_wish = iv_rows_max.
  IF lv_wish <= 0 OR lv_wish > gc_rows_max.
    lv_wish = gc_rows_max.
  ENDIF.
  lv_limit = lv_wish + 1.

  CREATE DATA lr_row TYPE (iv_table).
  ASSIGN lr_row->* TO <ls_row>.
  TRY.
      SELECT (lt_select)
        INTO CORRESPONDING FIELDS OF <ls_row>
        FROM (iv_table) UP TO lv_limit ROWS BYPASSING BUFFER
        WHERE (lv_where)
        ORDER BY PRIMARY KEY.
        lv_count = lv_count + 1.
        IF lv_count > lv_wish.
*         The cursor is the row before this one, the last that was given.
          ev_cursor = lv_cursor.
          EXIT.
        ENDIF.
        PERFORM write_row USING <ls_row> lt_columns CHANGING lv_row.
        ls_row-wa = lv_row.
        APPEND ls_row TO et_rows.
        IF lv_count = lv_wish.
          PERFORM write_cursor USING    iv_table <ls_row> lt_keys
                               CHANGING lv_cursor.
        ENDIF.
      ENDSELECT.
    CATCH cx_sy_dynamic_osql_error.
      lv_error = 'WHERE_NOT_VALID'.
  ENDTRY.
  IF lv_error IS NOT INITIAL.
    REFRESH et_rows.
    CLEAR ev_cursor.
    RAISE where_not_valid.
  ENDIF.
  lv_count = LINES( et_rows ).
  ev_count = lv_count.
  CONDENSE ev_count NO-GAPS.

ENDFUNCTION.

*----------------------------------------------------------------------*
* Include LZMLCF01
*----------------------------------------------------------------------*
* One column: known to the dictionary, allowed, and of a type whose text
* is exact. Key columns are read for the cursor only, so IV_CHECK is blank.
FORM add_column USING    it_dfies     TYPE ty_dfies
                         it_allow     TYPE ty_allow
                         iv_fieldname TYPE clike
                         iv_check     TYPE clike
                CHANGING ct_columns   TYPE ty_columns
                         cv_error     TYPE char30.
  DATA: ls_dfies  TYPE dfies,
        ls_column TYPE ty_column.

  CLEAR cv_error.
* Allowed first: nobody learns which other columns there are.
  IF iv_check = 'X'.
    PERFORM check_allowed USING it_allow iv_fieldname CHANGING cv_error.
    IF cv_error IS NOT INITIAL.
      RETURN.
    ENDIF.
  ENDIF.
  READ TABLE it_dfies INTO ls_dfies WITH KEY fieldname = iv_fieldname.
  IF sy-subrc <> 0.
    cv_error = 'FIELD_NOT_VALID'.
    RETURN.
  ENDIF.
  ls_column-fieldname = ls_dfies-fieldname.
  ls_column-inttype   = ls_dfies-inttype.
  ls_column-leng      = ls_dfies-leng.
  ls_column-decimals  = ls_dfies-decimals.
  CASE ls_dfies-inttype.
    WHEN 'C' OR 'N' OR 'D' OR 'T'.
      ls_column-width = ls_column-leng.
    WHEN 'P'.
*     Point and sign have places of their own: no digit is ever cut.
      ls_column-width = ls_column-leng + 2.
    WHEN 'b' OR 's' OR 'I' OR '8'.
      ls_column-width = ls_column-leng + 1.
    WHEN 'X'.
      ls_column-width = ls_column-leng * 2.
    WHEN OTHERS.
      cv_error = 'FIELD_NOT_VALID'.
      RETURN.
  ENDCASE.
  IF ls_column-width < 1.
    cv_error = 'FIELD_NOT_VALID'.
    RETURN.
  ENDIF.
  CREATE DATA ls_column-cell TYPE c LENGTH ls_column-width.
  APPEND ls_column TO ct_columns.
ENDFORM.                    "add_column

FORM check_allowed USING    it_allow     TYPE ty_allow
                            iv_fieldname TYPE clike
                   CHANGING cv_error     TYPE char30.
  READ TABLE it_allow TRANSPORTING NO FIELDS WITH KEY table_line = '*'.
  IF sy-subrc = 0.
    RETURN.
  ENDIF.
  READ TABLE it_allow TRANSPORTING NO FIELDS
    WITH KEY table_line = iv_fieldname.
  IF sy-subrc <> 0.
    cv_error = 'FIELD_NOT_ALLOWED'.
  ENDIF.
ENDFORM.                    "check_allowed

* Cells of fixed width, one after the other. ABAP's own conversion to
* type C writes numbers right-justified with the sign behind, and raw
* bytes as hexadecimal digits.
FORM write_row USING    is_row     TYPE any
                        it_columns TYPE ty_columns
               CHANGING cv_row     TYPE string.
  DATA ls_column TYPE ty_column.
  FIELD-SYMBOLS: <lv_value> TYPE any,
                 <lv_cell>  TYPE any.

  CLEAR cv_row.
  LOOP AT it_columns INTO ls_column.
    ASSIGN COMPONENT ls_column-fieldname OF STRUCTURE is_row TO <lv_value>.
    ASSIGN ls_column-cell->* TO <lv_cell>.
    <lv_cell> = <lv_value>.
    CONCATENATE cv_row <lv_cell> INTO cv_row RESPECTING BLANKS.
  ENDLOOP.
ENDFORM.                    "write_row

* The table and the row's key in fixed width, as the hexadecimal digits of
* their UTF-8: no blank and no character that XML could lose.
FORM write_cursor USING    iv_table  TYPE tabname
                           is_row    TYPE any
                           it_keys   TYPE ty_columns
                  CHANGING cv_cursor TYPE string.
  DATA: lo_out  TYPE REF TO cl_abap_conv_out_ce,
        lv_key  TYPE string,
        lv_text TYPE string,
        lv_name TYPE c LENGTH 30,
        lv_xkey TYPE xstring.

  PERFORM write_row USING is_row it_keys CHANGING lv_key.
  lv_name = iv_table.
  CONCATENATE lv_name lv_key INTO lv_text RESPECTING BLANKS.
  lo_out = cl_abap_conv_out_ce=>create( encoding = 'UTF-8' ).
  lo_out->convert( EXPORTING data = lv_text IMPORTING buffer = lv_xkey ).
  cv_cursor = lv_xkey.
ENDFORM.                    "write_cursor

* Keyset paging: ( k1 > v1 ) OR ( k1 = v1 AND k2 > v2 ) OR ...
FORM where_behind USING    iv_table  TYPE tabname
                           iv_cursor TYPE string
                           it_keys   TYPE ty_columns
                  CHANGING cv_where  TYPE string
                           cv_error  TYPE char30.
  DATA: lo_in     TYPE REF TO cl_abap_conv_in_ce,
        lv_xkey   TYPE xstring,
        lv_text   TYPE string,
        lv_name   TYPE c LENGTH 30,
        lv_equal  TYPE string,
        lv_lit    TYPE string,
        lv_cell   TYPE string,
        lv_part   TYPE string,
        lv_offset TYPE i,
        lv_total  TYPE i,
        lv_odd    TYPE i,
        ls_key    TYPE ty_column.

  CLEAR: cv_where, cv_error.
  lv_odd = STRLEN( iv_cursor ) MOD 2.
  IF lv_odd <> 0 OR iv_cursor CN '0123456789ABCDEF'.
    cv_error = 'CURSOR_NOT_VALID'.
    RETURN.
  ENDIF.
  lv_xkey = iv_cursor.
  TRY.
      lo_in = cl_abap_conv_in_ce=>create( encoding = 'UTF-8'
                                          input    = lv_xkey ).
      lo_in->read( IMPORTING data = lv_text ).
    CATCH cx_sy_conversion_codepage cx_sy_codepage_converter_init
          cx_parameter_invalid_type cx_parameter_invalid_range.
      cv_error = 'CURSOR_NOT_VALID'.
  ENDTRY.
  IF cv_error IS NOT INITIAL.
    RETURN.
  ENDIF.

  lv_total = 30.
  LOOP AT it_keys INTO ls_key.
    lv_total = lv_total + ls_key-width.
  ENDLOOP.
  IF STRLEN( lv_text ) <> lv_total.
    cv_error = 'CURSOR_NOT_VALID'.
    RETURN.
  ENDIF.
  lv_name = lv_text(30).
  IF lv_name <> iv_table.
    cv_error = 'CURSOR_NOT_VALID'.
    RETURN.
  ENDIF.

  lv_offset = 30.
  LOOP AT it_keys INTO ls_key.
    lv_cell = lv_text+lv_offset(ls_key-width).
    PERFORM write_literal USING ls_key lv_cell CHANGING lv_lit.
    IF lv_equal IS INITIAL.
      CONCATENATE '(' ls_key-fieldname '>' lv_lit ')'
        INTO cv_where SEPARATED BY space.
      CONCATENATE ls_key-fieldname '=' lv_lit
        INTO lv_equal SEPARATED BY space.
    ELSE.
      CONCATENATE '(' lv_equal 'AND' ls_key-fieldname '>' lv_lit ')'
        INTO lv_part SEPARATED BY space.
      CONCATENATE cv_where 'OR' lv_part
        INTO cv_where SEPARATED BY space.
      CONCATENATE lv_equal 'AND' ls_key-fieldname '=' lv_lit
        INTO lv_equal SEPARATED BY space.
    ENDIF.
    lv_offset = lv_offset + ls_key-width.
  ENDLOOP.
ENDFORM.                    "where_behind

* A key cell as a quoted literal: quotes doubled, a number's sign in front.
FORM write_literal USING    is_key     TYPE ty_column
                            iv_cell    TYPE string
                   CHANGING cv_literal TYPE string.
  CONSTANTS lc_quote TYPE string VALUE `'`.
  DATA: lv_value TYPE string,
        lv_last  TYPE i.

  lv_value = iv_cell.
  CASE is_key-inttype.
    WHEN 'P' OR 'b' OR 's' OR 'I' OR '8'.
      CONDENSE lv_value NO-GAPS.
      lv_last = STRLEN( lv_value ) - 1.
      IF lv_last > 0.
        IF lv_value+lv_last(1) = '-'.
          lv_value = lv_value(lv_last).
          CONCATENATE '-' lv_value INTO lv_value.
        ENDIF.
      ENDIF.
    WHEN OTHERS.
*     Trailing blanks do not count in a comparison, leading ones do.
      REPLACE ALL OCCURRENCES OF REGEX ` +$` IN lv_value WITH ``.
      REPLACE ALL OCCURRENCES OF lc_quote IN lv_value WITH `''`.
  ENDCASE.
  IF lv_value IS INITIAL.
    lv_value = ` `.
  ENDIF.
  CONCATENATE lc_quote lv_value lc_quote INTO cv_literal
    RESPECTING BLANKS.
ENDFORM.                    "write_literal

* The filter, token by token: literals in single quotes, operators,
* brackets, commas, known keywords, and columns that are allowed. Anything
* else (a function, a sub-query, a host variable, an alias, a number that
* is not quoted) is refused. What the database gets is written anew from
* the tokens. CL_ABAP_DYN_PRG comes with 7.31 only, hence our own check.
FORM check_where USING    it_where TYPE ty_where
                          it_dfies TYPE ty_dfies
                          it_allow TYPE ty_allow
                 CHANGING cv_where TYPE string
                          cv_error TYPE char30.
  CONSTANTS: lc_word  TYPE string
               VALUE `ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/`,
             lc_quote TYPE string VALUE `'`.
  DATA: ls_where  TYPE zmlc_where,
        ls_dfies  TYPE dfies,
        lv_text   TYPE string,
        lv_token  TYPE string,
        lv_char   TYPE c LENGTH 1,
        lv_upper  TYPE c LENGTH 1,
        lv_next   TYPE c LENGTH 1,
        lv_open   TYPE c LENGTH 1,
        lv_pos    TYPE i,
        lv_ahead  TYPE i,
        lv_length TYPE i,
        lv_chars  TYPE i,
        lv_most   TYPE i.

  CLEAR: cv_where, cv_error.
  LOOP AT it_where INTO ls_where.
    CONCATENATE lv_text ls_where-text INTO lv_text SEPARATED BY space.
  ENDLOOP.
  lv_length = STRLEN( lv_text ).

  WHILE lv_pos < lv_length.
    lv_char = lv_text+lv_pos(1).
    IF lv_char = space.
      lv_pos = lv_pos + 1.
      CONTINUE.
    ENDIF.
    CLEAR lv_token.

    IF lv_char = lc_quote.
*     A literal runs to the next quote that is not doubled.
      lv_token = lc_quote.
      lv_open  = 'X'.
      lv_chars = 0.
      lv_pos   = lv_pos + 1.
      WHILE lv_pos < lv_length AND lv_open = 'X'.
        lv_char  = lv_text+lv_pos(1).
        lv_ahead = lv_pos + 1.
        CLEAR lv_next.
        IF lv_ahead < lv_length.
          lv_next = lv_text+lv_ahead(1).
        ENDIF.
        CONCATENATE lv_token lv_char INTO lv_token RESPECTING BLANKS.
        lv_pos = lv_pos + 1.
        IF lv_char = lc_quote.
          IF lv_next = lc_quote.
            CONCATENATE lv_token lc_quote INTO lv_token
              RESPECTING BLANKS.
            lv_pos   = lv_pos + 1.
            lv_chars = lv_chars + 1.
          ELSE.
            CLEAR lv_open.
          ENDIF.
        ELSE.
          lv_chars = lv_chars + 1.
        ENDIF.
      ENDWHILE.
*     A literal longer than its column is a short dump, not an exception.
*     Two places more for the point and the sign of a number.
      lv_most = ls_dfies-leng.
      CASE ls_dfies-inttype.
        WHEN 'P' OR 'b' OR 's' OR 'I' OR '8'.
          lv_most = lv_most + 2.
      ENDCASE.
      IF lv_open = 'X' OR ls_dfies-fieldname IS INITIAL
                       OR lv_chars > lv_most.
        cv_error = 'WHERE_NOT_VALID'.
        RETURN.
      ENDIF.

    ELSEIF lv_char CA '(),'.
      lv_token = lv_char.
      lv_pos   = lv_pos + 1.

    ELSEIF lv_char CA '=<>'.
      lv_token = lv_char.
      lv_pos   = lv_pos + 1.
      IF lv_pos < lv_length.
        lv_next = lv_text+lv_pos(1).
        IF lv_next = '=' OR lv_next = '>'.
          CONCATENATE lv_token lv_next INTO lv_token.
          lv_pos = lv_pos + 1.
        ENDIF.
      ENDIF.
      IF lv_token <> '=' AND lv_token <> '<>' AND lv_token <> '<' AND
         lv_token <> '<=' AND lv_token <> '>' AND lv_token <> '>='.
        cv_error = 'WHERE_NOT_VALID'.
        RETURN.
      ENDIF.

    ELSE.
      WHILE lv_pos < lv_length.
        lv_upper = lv_text+lv_pos(1).
        TRANSLATE lv_upper TO UPPER CASE.
        IF lv_upper = space OR lv_upper NA lc_word.
          EXIT.
        ENDIF.
        CONCATENATE lv_token lv_upper INTO lv_token.
        lv_pos = lv_pos + 1.
      ENDWHILE.
      CASE lv_token.
        WHEN 'AND' OR 'OR' OR 'NOT' OR 'IN' OR 'BETWEEN' OR 'LIKE' OR
             'ESCAPE' OR 'IS' OR 'NULL' OR 'EQ' OR 'NE' OR 'LT' OR
             'LE' OR 'GT' OR 'GE'.
*         Keyword: goes in as it is.
        WHEN OTHERS.
*         Empty when the character belongs to no token at all.
          IF lv_token IS INITIAL.
            cv_error = 'WHERE_NOT_VALID'.
            RETURN.
          ENDIF.
          READ TABLE it_dfies INTO ls_dfies WITH KEY fieldname = lv_token.
          IF sy-subrc <> 0.
            cv_error = 'WHERE_NOT_VALID'.
            RETURN.
          ENDIF.
          PERFORM check_allowed USING    it_allow ls_dfies-fieldname
                                CHANGING cv_error.
          IF cv_error IS NOT INITIAL.
            RETURN.
          ENDIF.
      ENDCASE.
    ENDIF.

    IF cv_where IS INITIAL.
      cv_where = lv_token.
    ELSE.
      CONCATENATE cv_where lv_token INTO cv_where SEPARATED BY space.
    ENDIF.
  ENDWHILE.
ENDFORM.                    "check_where
