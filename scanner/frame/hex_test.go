package frame_test

import (
	"strings"

	"zegel/scanner/frame"
)

func stxHex() frame.Framer { return frame.NewHex(frame.HexConfig{}) }

const (
	tagR01 = "02 30 37 30 30 37 35 38 32 34 35 42 35 03"
	tagID  = "02 30 37 30 30 37 35 38 32 34 35 42 35 0D 0A 03"
)

var hexVectors = []vector{
	{"R01 tag", stxHex, tagR01, "code em4100 0700758245"},
	{"R03 another tag", stxHex, "02 30 31 30 30 36 33 45 39 41 45 32 35 03", "code em4100 010063E9AE"},
	{"R04 wrong sum", stxHex, "02 30 32 30 30 34 44 42 30 30 35 46 43 03", "checksum"},
	{"R07 two frames in one read", stxHex, tagR01 + " " + tagR01, "code em4100 0700758245; code em4100 0700758245"},
	{"R09 not a hexadecimal digit", stxHex, "02 30 37 30 30 37 35 38 32 47 5A 42 35 03", "bad-hex"},
	{"R11 too short", stxHex, "02 30 37 30 30 37 35 38 32 42 35 03", "bad-length"},
	{"R13 joined in mid stream", stxHex, "35 38 32 34 35 42 35 03 " + tagR01, "code em4100 0700758245"},

	{"ID-12 with CR LF", stxHex, tagID, "code em4100 0700758245"},
	{"CR without LF", stxHex, "02 30*12 0D 03", "bad-length"},
	{"lower case", stxHex, "02 30 31 30 30 36 33 65 39 61 65 32 35 03", "code em4100 010063E9AE"},
	{"frame inside a frame", stxHex, "02 30 37 " + tagR01, "truncated; code em4100 0700758245"},
	{"02 twice", stxHex, "02 " + tagR01, "code em4100 0700758245"},
	{"nothing in the frame", stxHex, "02 03", "bad-length"},
	{"damaged byte", stxHex, "02 30 00 30 30 37 35 38 32 34 35 42 35 03", "bad-hex"},
	{"one byte too many", stxHex, "02 30*15 03 " + tagR01, "oversize; code em4100 0700758245"},
	{"oversize is said once", stxHex, "02 30*60 03", "oversize"},
	{"broken off", stxHex, "02 30 37 ~150 30 30 37 35 38 32 34 35 42 35 03 " + tagR01, "truncated; code em4100 0700758245"},
	{"02 alone, then silence", stxHex, "02 ~150 " + tagR01, "code em4100 0700758245"},
	{"just short of silence", stxHex, "02 30 37 30 30 ~99 37 35 38 32 34 35 42 35 03", "code em4100 0700758245"},
	{"unplug in mid frame", stxHex, "02 30 # 37 30 30 37 35 38 32 34 35 42 35 03 " + tagR01, "link-lost; code em4100 0700758245"},
	{"unplug between frames", stxHex, tagR01 + " 30 30 #", "code em4100 0700758245"},
	{"a tag that stays", stxHex, strings.Repeat(tagR01+" ~65 ", 4), "code em4100 0700758245" + strings.Repeat("; code em4100 0700758245", 3)},
}
