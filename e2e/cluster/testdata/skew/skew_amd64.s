#include "textflag.h"

// func deceive()
TEXT ·deceive(SB), NOSPLIT, $0-0
	MOVQ runtime·vdsoClockgettimeSym(SB), AX
	CMPQ AX, $0
	JEQ  done
	MOVQ AX, ·truly(SB)
	LEAQ ·shifted(SB), AX
	MOVQ AX, runtime·vdsoClockgettimeSym(SB)

done:
	RET

// shifted is called as C calls clock_gettime(DI, SI), on the stack that the runtime
// has for it. It adds the shift to the time of day, and leaves all other clocks alone.
TEXT ·shifted(SB), NOSPLIT|NOFRAME, $0-0
	PUSHQ DI
	PUSHQ SI
	SUBQ  $8, SP
	MOVQ  ·truly(SB), AX
	CALL  AX
	ADDQ  $8, SP
	POPQ  SI
	POPQ  DI
	CMPL  DI, $0
	JNE   ret
	MOVQ  ·skewed(SB), CX
	ADDQ  CX, 0(SI)

ret:
	RET
