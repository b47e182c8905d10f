package proof

import (
	"bytes"
	"fmt"
	"math"
	"time"
)

// BlockProtocol is the engine's block format that this program reads.
const BlockProtocol = 11

// AddressSize is the length of a validator's address in bytes: the first bytes
// of SHA-256 of its public key.
const AddressSize = 20

// Timestamp is a time of the ledger: Unix seconds and nanoseconds, UTC.
type Timestamp struct {
	Seconds uint64
	Nanos   uint32
}

// Time gives the time of the standard library.
func (t Timestamp) Time() time.Time { return time.Unix(int64(t.Seconds), int64(t.Nanos)).UTC() }

// NewTimestamp takes a time from 1970 on.
func NewTimestamp(t time.Time) Timestamp {
	return Timestamp{Seconds: uint64(t.Unix()), Nanos: uint32(t.Nanosecond())}
}

// PartSetHeader names the parts in which a block was spread.
type PartSetHeader struct {
	Total uint32
	Hash  Hash
}

// BlockID names a block: its header's hash and its parts.
type BlockID struct {
	Hash  Hash
	Parts PartSetHeader
}

// Header is a block header of CometBFT 0.38: fourteen fields, of which each is a
// leaf of an RFC 6962 tree whose root is the block's hash. A zero hash stands
// for one that is empty.
type Header struct {
	BlockVersion, AppVersion uint64
	ChainID                  string
	Height                   uint64
	Time                     Timestamp
	LastBlockID              BlockID
	LastCommit               Hash
	Data                     Hash
	Validators               Hash // set that signs this block
	NextValidators           Hash // set that signs the next one
	Consensus                Hash
	App                      Hash // application hash of the height before
	LastResults              Hash // results of the height before
	Evidence                 Hash
	Proposer                 [AddressSize]byte
}

// Fields gives the fourteen leaves as the engine encodes them.
func (h Header) Fields() [HeaderFields][]byte {
	value := func(x Hash) []byte { return protoHash(nil, 1, x) }
	return [HeaderFields][]byte{
		protoUint(protoUint(nil, 1, h.BlockVersion), 2, h.AppVersion),
		protoBytes(nil, 1, []byte(h.ChainID)),
		protoUint(nil, 1, h.Height),
		h.Time.proto(),
		h.LastBlockID.proto(),
		value(h.LastCommit),
		value(h.Data),
		value(h.Validators),
		value(h.NextValidators),
		value(h.Consensus),
		value(h.App),
		value(h.LastResults),
		value(h.Evidence),
		protoBytes(nil, 1, h.Proposer[:]),
	}
}

// Hash is the block's hash, which validators sign.
func (h Header) Hash() Hash {
	var leaves [HeaderFields]Hash
	for i, f := range h.Fields() {
		leaves[i] = TreeLeaf(f)
	}
	return TreeRoot(leaves[:])
}

// ParseHeader reads the fourteen leaves. Each has one accepted encoding.
func ParseHeader(fields [][]byte) (Header, error) {
	var h Header
	if len(fields) != HeaderFields {
		return h, fmt.Errorf("couldn't read a block header: it has %d fields where %d are expected", len(fields), HeaderFields)
	}
	var parsed [HeaderFields]protoFields
	for i, f := range fields {
		p, err := readProto(f)
		if err != nil {
			return h, fmt.Errorf("couldn't read field %d of a block header: %w", i+1, err)
		}
		parsed[i] = p
	}
	if err := h.take(parsed); err != nil {
		return h, fmt.Errorf("couldn't read a block header: %w", err)
	}
	for i, f := range h.Fields() {
		if !bytes.Equal(f, fields[i]) {
			return h, fmt.Errorf("couldn't read field %d of a block header: %w", i+1, errProtobuf)
		}
	}
	return h, nil
}

func (h *Header) take(p [HeaderFields]protoFields) error {
	h.BlockVersion, h.AppVersion = p[0].num[1], p[0].num[2]
	h.ChainID, h.Height = string(p[1].bytes[1]), p[2].num[1]
	h.Time = Timestamp{Seconds: p[3].num[1], Nanos: uint32(p[3].num[2])}
	h.Proposer = [AddressSize]byte{}
	copy(h.Proposer[:], p[13].bytes[1])
	switch {
	case h.BlockVersion != BlockProtocol:
		return fmt.Errorf("it has block protocol %d; %d is the only one known", h.BlockVersion, BlockProtocol)
	case h.Height == 0 || h.Height > math.MaxInt64:
		return fmt.Errorf("height %d does not exist", h.Height)
	case len(h.ChainID) == 0 || len(h.ChainID) > ChainIDMax:
		return fmt.Errorf("its chain id has %d bytes where 1 to %d are allowed", len(h.ChainID), ChainIDMax)
	case h.Time.Seconds > timeSecondsMax || p[3].num[2] >= 1e9:
		return fmt.Errorf("its time is out of range")
	}
	var err error
	if h.LastBlockID, err = parseBlockID(p[4]); err != nil {
		return err
	}
	for i, to := range []*Hash{&h.LastCommit, &h.Data, &h.Validators, &h.NextValidators, &h.Consensus, &h.App, &h.LastResults, &h.Evidence} {
		if *to, err = p[5+i].hash(1); err != nil {
			return err
		}
	}
	return nil
}

// timeSecondsMax is the end of the year 9999, where the engine's times end.
const timeSecondsMax = 253402300799

func parseBlockID(p protoFields) (BlockID, error) {
	var id BlockID
	parts, err := readProto(p.bytes[2])
	if err != nil {
		return id, err
	}
	id.Parts.Total = uint32(parts.num[1])
	if id.Hash, err = p.hash(1); err != nil {
		return id, err
	}
	id.Parts.Hash, err = parts.hash(2)
	return id, err
}

func (t Timestamp) proto() []byte {
	return protoUint(protoUint(nil, 1, t.Seconds), 2, uint64(t.Nanos))
}

func (id BlockID) proto() []byte {
	parts := protoHash(protoUint(nil, 1, uint64(id.Parts.Total)), 2, id.Parts.Hash)
	return protoMessage(protoHash(nil, 1, id.Hash), 2, parts)
}

// Append appends the header as an array of its fourteen encoded fields.
func (h Header) Append(b []byte) []byte {
	b = AppendArray(b, HeaderFields)
	for _, f := range h.Fields() {
		b = AppendBytes(b, f)
	}
	return b
}

// Header reads what Header.Append wrote.
func (r *Reader) Header() Header {
	r.ArrayOf(HeaderFields)
	fields := make([][]byte, HeaderFields)
	for i := range fields {
		fields[i] = r.Bytes(HeaderFieldMax)
	}
	if r.err != nil {
		return Header{}
	}
	h, err := ParseHeader(fields)
	if err != nil {
		r.fail("has a block header that can't be read: %v", err)
	}
	return h
}
