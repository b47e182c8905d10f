package crash

import "fmt"

// Point is one moment at which a process may end.
type Point string

// Variable is the environment variable that names the file in which a point is armed.
const Variable = "PEDIGREE_CRASHPOINT"

// The ledger's state: a block's commit, the note of a change of validators, and
// snapshots.
const (
	StoreCommitBefore Point = "store/commit/before"
	StoreCommitted    Point = "store/committed"
	ValidatorsBefore  Point = "node/validators/before"
	ValidatorsNoted   Point = "node/validators/noted"
	SnapshotBefore    Point = "snapshot/shelf/before" // written, under its passing name
	SnapshotShelved   Point = "snapshot/shelved"
)

// The private store: every transaction, the copying of its log, and the parts of a
// document larger than one transaction.
const (
	VaultCommitBefore     Point = "vault/commit/before"
	VaultCommitted        Point = "vault/committed"
	VaultServerBefore     Point = "vault/server/commit/before"
	VaultServerCommitted  Point = "vault/server/committed"
	VaultCheckpointBefore Point = "vault/checkpoint/before"
	VaultCheckpointed     Point = "vault/checkpointed"
	DocumentPartKept      Point = "vault/document/part"
)

// The exchange, as the sender and as the receiver.
const (
	ExchangeSealBefore  Point = "exchange/seal/before" // written, under its passing name
	ExchangeSealed      Point = "exchange/sealed"
	ExchangeHeadKept    Point = "exchange/head kept"
	ExchangePartSent    Point = "exchange/part sent"
	ExchangeReceiptCame Point = "exchange/receipt came"
	ExchangeReceiptKept Point = "exchange/receipt kept"

	ExchangeRoomMade    Point = "exchange/room made" // the file of what comes, without its head
	ExchangeOfferKept   Point = "exchange/offer kept"
	ExchangePartKept    Point = "exchange/part kept"
	ExchangePayloadKept Point = "exchange/payload kept"
	ExchangeInboxKept   Point = "exchange/inbox kept"
	ExchangeHeadGone    Point = "exchange/head gone" // of what is cleared away, its file still there
	ExchangeJudged      Point = "exchange/judged"
)

// The desk: capturing, shipping, receiving and dispensing.
const (
	CaptureStored       Point = "capture/stored"
	CaptureEvents       Point = "capture/events"
	CaptureChecked      Point = "capture/read and check"
	CaptureCommissioned Point = "capture/commissioned"
	CapturePlanned      Point = "capture/plan"
	CaptureSubmitted    Point = "capture/submit"
	CaptureFollowed     Point = "capture/follow"

	EntryBefore    Point = "entry/submit/before"
	EntrySubmitted Point = "entry/submitted"
	EntrySettled   Point = "entry/settled"

	ShipPrepared    Point = "ship/prepared"
	ShipPlanned     Point = "ship/planned"
	ShipCarried     Point = "ship/carried"
	ShipmentSettled Point = "shipment/settled"

	ReceiveStored   Point = "receive/stored"
	ReceivePlanned  Point = "receive/planned"
	ReceiveCarried  Point = "receive/carried"
	ReceiveAnswered Point = "receive/answered"

	DispenseNoted   Point = "dispense/noted"
	DispensePlanned Point = "dispense/planned"
	DispenseCarried Point = "dispense/carried"

	ActPlanned Point = "act/planned" // a mark, a tote, goods that leave or come back
	ActCarried Point = "act/carried"
)

// Following the ledger into the private store, and opening a hosted organisation's.
const (
	FoldBefore   Point = "fold/before"
	Folded       Point = "fold/folded"
	HostedOpened Point = "hosted/opened"
)

// Points are all of them.
func Points() []Point {
	return []Point{
		StoreCommitBefore, StoreCommitted, ValidatorsBefore, ValidatorsNoted, SnapshotBefore, SnapshotShelved,
		VaultCommitBefore, VaultCommitted, VaultServerBefore, VaultServerCommitted, VaultCheckpointBefore, VaultCheckpointed, DocumentPartKept,
		ExchangeSealBefore, ExchangeSealed, ExchangeHeadKept, ExchangePartSent, ExchangeReceiptCame, ExchangeReceiptKept,
		ExchangeRoomMade, ExchangeOfferKept, ExchangePartKept, ExchangePayloadKept, ExchangeInboxKept, ExchangeHeadGone, ExchangeJudged,
		CaptureStored, CaptureEvents, CaptureChecked, CaptureCommissioned, CapturePlanned, CaptureSubmitted, CaptureFollowed,
		EntryBefore, EntrySubmitted, EntrySettled,
		ShipPrepared, ShipPlanned, ShipCarried, ShipmentSettled,
		ReceiveStored, ReceivePlanned, ReceiveCarried, ReceiveAnswered,
		DispenseNoted, DispensePlanned, DispenseCarried,
		ActPlanned, ActCarried,
		FoldBefore, Folded, HostedOpened,
	}
}

// Arm is what the file says to end the process at the nth arrival at a point.
func Arm(p Point, nth int) []byte { return fmt.Appendf(nil, "%s %d\n", p, nth) }
