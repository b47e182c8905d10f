package engine

import "time"

// The limits of this package, in one place.
const (
	// peersMax is how many peers a node keeps.
	peersMax = 100
	// txBytesDefault is the largest transaction taken unless Config says otherwise.
	txBytesDefault = 64 << 10
	// mempoolTxsDefault and mempoolBytesDefault bound what waits for a block.
	mempoolTxsDefault   = 50_000
	mempoolBytesDefault = 64 << 20
	// mempoolSlackTxs and mempoolSlackBytes are room kept above Config.MempoolTxs
	// and MempoolBytes, so that what Submit let in isn't dropped when peers'
	// transactions arrive at the same moment.
	mempoolSlackTxs   = 1024
	mempoolSlackBytes = 8 << 20
	// seenTxs is how many recent transactions are refused as duplicates at once.
	seenTxs = 2 * mempoolTxsDefault

	// blockBytesSingle and blockBytesMany are the default block sizes.
	blockBytesSingle = 8 << 20
	blockBytesMany   = 4 << 20
	// blockBytesMaxAllowed is the largest block the engine supports.
	blockBytesMaxAllowed = 100 << 20
	// evidenceBytes is how much of a block evidence may take.
	evidenceBytes = 1 << 20
	// evidenceAgeBlocks and evidenceAge are how long evidence stays acceptable:
	// it expires once it is older than both.
	evidenceAgeBlocks = 100_000
	evidenceAge       = 7 * 24 * time.Hour
	// validatorsMax is the largest validator set a founding file may name.
	validatorsMax = 1000
	// appStateBytesMax is the largest application state in a founding file.
	appStateBytesMax = 64 << 20

	// recentBlocks and recentBytes bound the committed blocks kept in memory for
	// subscribers; a subscriber that is further behind reads the block store.
	recentBlocks = 64
	recentBytes  = 8 << 20
	// subscriptionBuffer is how many blocks wait in a subscriber's channel.
	subscriptionBuffer = 16
	// subscribersMax is how many subscriptions may exist at once.
	subscribersMax = 1000

	// packetBytes is the payload of one packet between peers.
	packetBytes = 64 << 10
	// lockTries and lockPause are how often, and after what pause, the signing mark
	// is locked before another process is taken to hold it.
	lockTries = 25
	lockPause = 20 * time.Millisecond
	// witnessBytesMax bounds a message on the channel of headers, and witnessSlack
	// what it has beside the header and its proof.
	witnessBytesMax = 4 << 20
	witnessSlack    = 1 << 10
	// witnessWait is how long a node that joins waits for all its peers' headers
	// once it asked, and askAgain when it asks those that had none again.
	witnessWait = 5 * time.Second
	askAgain    = 250 * time.Millisecond
	// headerWait is how long any peer may take to have and prove a header.
	headerWait = 6 * time.Second
	// joinWait is how long a node that joins waits for a peer unless Joining says
	// otherwise, and settlePeers how much longer for the others once one is there.
	joinWait    = 30 * time.Second
	settlePeers = 2 * time.Second
	// dialPause is the pause before a peer that didn't answer is dialled again.
	dialPause = 500 * time.Millisecond
	// offersKept is how many different snapshots of all peers are remembered,
	// offersMax how many of them are tried, and snapshotsListed how many of one
	// node the engine names.
	offersKept      = 200
	offersMax       = 20
	snapshotsListed = 10
	// chunksAhead is how many chunks are asked for at once, and chunkWait how long
	// one is waited for before another peer is asked.
	chunksAhead = 4
	chunkWait   = 30 * time.Second
	// snapshotChunksMax bounds the chunks of an offer, and the other two what the
	// engine's messages take.
	snapshotChunksMax  = 100_000
	snapshotMessageMax = 4_000_000
	chunkMessageMax    = 16_000_000
	// holdBlocks is how many blocks must stand on the first one that was made after
	// a restore before the restored key signs again.
	holdBlocks = 3
	// lateVotesMax is how many votes are asked for again when a signer is back, and
	// refusalBytesMax how long its reason for a refusal is.
	lateVotesMax    = 16
	refusalBytesMax = 500
	// ClockAhead is how far ahead of this machine's clock a header's time may be; the
	// engine allows block times as much.
	ClockAhead = time.Minute
	// settleWait is how long Stop lets a node that decides alone finish what waits,
	// and settlePoll how often it looks.
	settleWait = 5 * time.Second
	settlePoll = time.Millisecond
	// absentShare is what part of its waits the first round has when its proposer is
	// known to be away, and absentRetry after how much block time such a proposer
	// is waited for in full again: 0.4 s in 30 are little, and one whose signatures
	// always come too late gets its turn back.
	absentShare = 20
	absentRetry = 30 * time.Second
	// redialEvery is how often configured peers that aren't connected are dialled anew.
	redialEvery = 5 * time.Second
	// wakeAfter is how old the last block is at a start after which the next ones, wakesMost
	// at most, come after wakePause each though there is nothing to order.
	wakeAfter = 12 * time.Hour
	wakesMost = 3
	wakePause = 200 * time.Millisecond
	// turnsReload is after how many blocks the order of proposers is read from the
	// store again instead of counted on.
	turnsReload = 1000
	// exilePause is how long a peer is refused that sent what no node sends; it doubles
	// exileDoublings times, to at most exilePauseMax, and a peer that did nothing for
	// exileForgotten is forgiven. A node that catches up needs a second without it to
	// take part in consensus. At most exiledMax peers are remembered.
	exilePause     = 3 * time.Second
	exileDoublings = 5
	exilePauseMax  = time.Minute
	exileForgotten = 10 * time.Minute
	exiledMax      = 1000
	// logValueBytesMax is how much of one value of an engine's message is logged: some
	// hold whole messages of peers.
	logValueBytesMax = 2 << 10
	// stopWait is how long Stop waits for consensus to end.
	stopWait = 20 * time.Second
)
