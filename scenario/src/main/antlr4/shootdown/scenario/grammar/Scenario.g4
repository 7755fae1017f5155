/*
 * The scenario language (docs/scenarios.md). Line ends mean nothing; a semicolon may end anything.
 * What words mean, and whether names, levels and slots exist, is checked afterwards.
 */
grammar Scenario;

file
    : (scenario | universe) EOF
    ;

scenario
    : 'scenario' title=STRING ('shows' shows+=STRING+)? ('from' from+=STRING+)?
      machine? frames preparation* track* program* script? section*
    ;

universe
    : 'universe' name=STRING ('title' title=STRING)? ('aims' aims=STRING)?
      ('cannot_show' cannot=STRING)?
      machine? frames preparation* track* operations+
    ;

/* The machine, its frames, and how it starts. */

machine
    : 'machine' '{' setting* '}'
    ;

setting
    : 'cpus' NUMBER                                                     # cpus
    | 'slots' NUMBER+                                                   # slots
    | 'must_do' NUMBER                                                  # mustDo
    | 'domain' NAME ('id' NUMBER)? privileged='privileged'? io='io'?
      kind=('no_vcpu' | 'translated')?                                  # domain
    | NAME (on='on' | 'off')                                            # switch
    ;

frames
    : 'frames' '{' frame* '}'
    ;

frame
    : NAME ':' attribute* content*
    ;

attribute
    : LEVEL                     # intended
    | 'of' domid                # owned
    | 'special'                 # special
    | 'denied'                  # denied
    ;

content
    : '[' NUMBER ']' '->' value
    ;

preparation
    : 'pin' LEVEL NAME          # startPinned
    | 'load' CPU NAME           # startLoaded
    | 'load_user' CPU NAME      # startUser
    ;

track
    : 'track' va
    ;

operations
    : 'operations' ('on' CPU)? '{' single* '}'
    ;

/* Programs: what each vCPU does, once and in order. */

program
    : CPU '{' step* '}'
    ;

step
    : call answer*
    ;

call
    : single                                                            # alone
    | 'mmu_update' '{' request* '}' foreign argument*                   # mmuUpdateBatch
    | 'mmuext_op' '{' mmuext* '}' ('for' domid)? argument*              # mmuextBatch
    | 'multicall' '{' step* '}' ('array' where=('ends_early' | 'bad_handle'))?
      unwritable='results_unwritable'?                                # multicall
    | 'hypercall' NUMBER                                                # unknownHypercall
    ;

foreign
    : ('for' pages=domid)? ('tables' 'of' tables=domid)?
    ;

argument
    : 'array' where=('ends_early' | 'bad_handle' | 'null')              # array
    | 'pdone' where=('unwritable' | 'null')                             # pdone
    | 'continued' NUMBER                                                # continued
    ;

single
    : 'mmu_update' request                                              # mmuUpdate
    | mmuext                                                            # mmuextAlone
    | 'update_va_mapping' va ':=' value ('flush' flush scope?)? ('for' domid)?  # updateVaMapping
    | 'set_gdt' '{' place* '}' 'entries' NUMBER                         # setGdt
    | 'update_descriptor' place '[' slot=NUMBER ']' ':=' descriptor=NUMBER  # updateDescriptor
    | 'load_selector' NUMBER                                            # loadSelector
    | 'vm_assist' (enable='enable' | 'disable') (NAME | NUMBER)         # vmAssist
    | 'vm_assist' number=NUMBER (NAME | NUMBER)                        # vmAssistRaw
    | 'decrease_reservation' place                                      # decreaseReservation
    | 'exchange' place                                                  # exchange
    | 'grant' NUMBER ':=' place 'for' domid readonly='ro'?              # grantAccess
    | 'map_grant_ref' NUMBER 'of' domid 'at' grantTarget grantFlag*     # mapGrant
    | 'unmap_grant_ref' grantTarget 'handle' (NUMBER | 'none')          # unmapGrant
    | 'unmap_and_replace' grantTarget 'by' va 'handle' (NUMBER | 'none')    # unmapAndReplace
    | user='user'? 'read' va ('[' NUMBER ']')?                          # read
    | user='user'? 'write' va ('[' NUMBER ']')? ':=' value              # write
    | user='user'? 'execute' va ('[' NUMBER ']')?                       # execute
    | 'mov_to_cr3' place                                                # movToCr3
    | 'invlpg_instruction' va                                           # invlpgInstruction
    | 'guest_read' va                                                   # guestRead
    | 'guest_write' va ('[' NUMBER ']')? ':=' value                     # guestWrite
    | 'linear_l1_read' va                                               # linearL1Read
    ;

request
    : place '[' NUMBER ']' ':=' value command?
    ;

command
    : 'machphys' | 'preserve_ad' | 'no_translate' | 'command' NUMBER
    ;

mmuext
    : 'pin' LEVEL place                                                 # pin
    | 'unpin' place                                                     # unpin
    | 'new_baseptr' place                                               # newBaseptr
    | 'new_user_baseptr' (place | 'none')                               # newUserBaseptr
    | 'tlb_flush' scope                                                 # tlbFlush
    | 'invlpg' va scope                                                 # invlpg
    | 'flush_cache' global='global'?                                    # flushCache
    | 'set_ldt' va 'entries' NUMBER                                     # setLdt
    | 'clear_page' place                                                # clearPage
    | 'copy_page' to=place ':=' from=place                              # copyPage
    | 'mark_super' place                                                # markSuper
    | 'unmark_super' place                                              # unmarkSuper
    | 'mmuext' NUMBER                                                   # unknownMmuext
    ;

flush
    : 'none' | 'tlb' | 'invlpg' | 'both'
    ;

scope
    : 'local'                                                           # local
    | 'all'                                                             # all
    | 'vcpus' '(' (NUMBER (',' NUMBER)*)? ')'                           # multi
    | 'unreadable'                                                      # unreadable
    ;

grantTarget
    : va                                                                # atAddress
    | place '[' NUMBER ']'                                              # atEntry
    ;

grantFlag
    : 'host' | 'device' | 'ro' | 'application' | 'can_fail' | 'flags' NUMBER
    ;

/* What a call returns. */

answer
    : 'returns' code                                                    # codeIs
    | 'done' NUMBER                                                     # done
    | 'reads' value                                                     # reads
    | 'status' signed                                                   # status
    | 'faults' NAME '(' (NUMBER | faultBit*) ')'                        # faults
    | 'crashes'                                                         # crashes
    ;

code
    : ERRNO | '-'? NUMBER
    ;

faultBit
    : 'present' | 'write' | 'user' | 'reserved' | 'fetch'
    ;

/* One order instead of all of them. */

script
    : 'order' turn+                                                     # calls
    | 'steps' turn+                                                     # steps
    ;

turn
    : CPU ('flushes' CPU)? ('chooses' NUMBER+)?
    ;

/* What must come out. */

section
    : 'expect' ('for' 'policy' policyName (',' policyName)*)?
      ('on' ('model' | 'xen' (NUMBER '.' NUMBER)?))? '{' expectation* '}'
    ;

policyName
    : NAME | 'none'
    ;

expectation
    : 'always' condition                                                # always
    | 'sometimes' condition                                             # sometimes
    | 'never' condition                                                 # never
    | 'keeps' NAME                                                      # keeps
    | 'breaks' NAME                                                     # breaks
    ;

condition
    : 'not' condition                                                   # not
    | condition 'and' condition                                         # and
    | condition 'or' condition                                          # or
    | '(' condition ')'                                                 # group
    | CPU '.' NUMBER ('.' NUMBER)? answer                               # answered
    | NAME '[' NUMBER ']' '->' place                                    # entryNames
    | NAME '[' NUMBER ']' '=' value                                     # entryIs
    | NAME 'type' frameType                                             # typeIs
    | NAME what=('count' | 'type_count' | 'linear_count') signed        # countIs
    | NAME what=('pinned' | 'validated' | 'partial')                    # markIs
    | NAME 'owner' (domid | 'nobody')                                   # ownerIs
    | CPU what=('baseptr' | 'user_baseptr') (NAME | 'none')             # baseIs
    ;

frameType
    : LEVEL | 'writable' | 'seg_desc' | 'none'
    ;

signed
    : '-'? NUMBER
    ;

/* Small things. */

va
    : 'va' '(' NUMBER ',' NUMBER ',' NUMBER ',' NUMBER ')'              # slotsOfVa
    | NUMBER                                                            # rawVa
    ;

/* A frame: one of this machine, or by a number that need not exist. */
place
    : NAME                                                              # named
    | 'mfn' '(' NUMBER ')'                                              # numbered
    ;

/* A page-table entry, or any 64-bit value. */
value
    : 'none'                                                            # noEntry
    | place entryFlag*                                                  # entry
    | NUMBER                                                            # raw
    ;

entryFlag
    : 'np' | 'ro' | 'su' | 'pwt' | 'pcd' | 'noa' | 'nod' | 'pat' | 'g' | 'gk' | 'nx'
    | 'bit' '(' NUMBER ')'
    ;

domid
    : NAME | 'self' | 'io' | 'xen' | 'cow' | 'invalid' | 'domid' '(' NUMBER ')'
    ;

LEVEL : 'l' [1-4] ;
CPU : 'cpu' [0-9]+ ;
ERRNO : '-E' [A-Z0-9]+ ;
NAME : [A-Za-z] [A-Za-z0-9_]* ('-' [A-Za-z0-9_]+)* ;
NUMBER : '0x' [0-9a-fA-F]+ | [0-9]+ ;
STRING : '"' (~["\\\r\n] | '\\' ["\\])* '"' ;
COMMENT : '#' ~[\r\n]* -> skip ;
SPACE : [ \t\r\n;]+ -> skip ;
