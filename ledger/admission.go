package ledger

import (
	"encoding/binary"
	"fmt"

	"pedigree/proof"
)

// quotaKey orders quota rows by epoch, so that stale ones come first.
type quotaKey struct {
	Epoch uint32
	Org   string
}

type quotaCount struct {
	_       struct{} `cbor:",toarray"`
	Entries uint64
	Writes  uint64
}

var quotas = Map[quotaKey, quotaCount]{
	Prefix: proof.PrefixQuota, Name: "ledger/quota", Value: CBORValue[quotaCount](),
	Key: KeyCodec[quotaKey]{
		Append: func(b []byte, k quotaKey) []byte { return append(binary.BigEndian.AppendUint32(b, k.Epoch), k.Org...) },
		Decode: func(b []byte) (quotaKey, error) {
			if len(b) < 4 {
				return quotaKey{}, fmt.Errorf("quota key of %d bytes", len(b))
			}
			return quotaKey{binary.BigEndian.Uint32(b), string(b[4:])}, nil
		},
	},
}

var params = Map[string, Params]{Prefix: proof.PrefixParams, Name: "ledger/params", Key: TextKey, Value: CBORValue[Params]()}

const paramsKey = "limits"

// ReadParams returns the limits in force.
func ReadParams(s State) Params {
	p, ok := params.Get(s, paramsKey)
	if !ok {
		return DefaultParams()
	}
	return p
}

// SetParams changes the limits in force; only the module of members calls it, by
// decision of the council.
func SetParams(s State, p Params) { params.Set(s, paramsKey, p) }

// checkWindow refuses an envelope that is too late or valid for too long.
func checkWindow(validUntil, now uint64) error {
	if validUntil < now {
		return CodeExpired.Errorf("the entry was valid until %d and block time is %d; make and sign it again", validUntil, now)
	}
	if validUntil > now+ValidAheadSecondsMax {
		return CodeTooFarAhead.Errorf("the entry is valid until %d, more than %d seconds after block time %d; choose less", validUntil, ValidAheadSecondsMax, now)
	}
	return nil
}

// admissionKeys returns the keys that the envelope's signatures must match.
func (r *Runtime) admissionKeys(b *Block, s State, body proof.Body) ([]proof.Key, error) {
	keys := make([]proof.Key, 0, len(body.Admission)+len(body.Signers))
	for i, a := range body.Admission {
		for _, earlier := range body.Admission[:i] {
			if earlier.Org == a.Org {
				return nil, CodeNotAdmitted.Errorf("organisation %s admits the envelope twice; once is enough", a.Org)
			}
		}
		k, err := r.governor.AdmissionKey(b, s, a)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return append(keys, body.Signers...), nil
}

// charge counts an envelope, or its record writes, on its first admission unit.
func charge(b *Block, s State, org string, entries, writes uint64) error {
	k := quotaKey{uint32(b.Day()), org}
	p, count := ReadParams(s), quotaCount{}
	count, _ = quotas.Get(s, k)
	count.Entries += entries
	count.Writes += writes
	if count.Entries > p.EntriesEpoch || count.Writes > p.WritesEpoch {
		return CodeQuota.Errorf("organisation %s has used its %d entries or %d record writes of this day; wait for the next or ask the council for more", org, p.EntriesEpoch, p.WritesEpoch)
	}
	quotas.Set(s, k, count)
	return nil
}

// sweepQuotas forgets rows of earlier days, a bounded number per block.
func sweepQuotas(b *Block, s State) {
	var stale []quotaKey
	quotas.Each(s, nil, func(k quotaKey, _ quotaCount) bool {
		if k.Epoch >= uint32(b.Day()) || len(stale) == QuotaSweepMax {
			return false
		}
		stale = append(stale, k)
		return true
	})
	for _, k := range stale {
		quotas.Delete(s, k)
	}
}
