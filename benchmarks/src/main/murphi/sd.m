-- SD, a small shoot-down protocol: the same model as sd.pml and SdModel.java, for Rumur.
--
-- NF (frames), CAP (entries of a TLB) and BUG (the seeded bug) are the three lines that
-- compare-peers.sh changes with sed. Types are plain ranges, not scalarsets, and the run says
-- --symmetry-reduction off: every state counts.

const
  NF : 3;
  CAP : 2;
  BUG : false;

type
  cpu : 0 .. 1;
  index : 0 .. 1;
  table : 0 .. 2;                -- a root entry: 0, or leaf table 1 or 2
  leaf_table : 1 .. 2;
  frame : 1 .. NF;
  frame_or_none : 0 .. NF;
  phase_t : 0 .. NF + 1;         -- idle; waits with nothing; waits with frame phase - 1

const
  IDLE : 0;
  WITH_NONE : 1;

var
  root : array [index] of table;
  leaf : array [leaf_table] of array [index] of frame_or_none;
  is_free : array [frame] of boolean;
  tlb : array [cpu] of array [index] of array [index] of frame_or_none;
  need : array [cpu] of boolean;
  phase : array [cpu] of phase_t;

function all_idle() : boolean;
begin
  return phase[0] = IDLE & phase[1] = IDLE;
end;

function has_room(c : cpu) : boolean;
var
  entries : 0 .. 4;
begin
  entries := 0;
  for i : index do
    for j : index do
      if tlb[c][i][j] != 0 then
        entries := entries + 1;
      end;
    end;
  end;
  return entries < CAP;
end;

function is_named(f : frame) : boolean;
begin
  return exists t : leaf_table do exists j : index do leaf[t][j] = f end end;
end;

procedure wait_for_all(c : cpu; with : phase_t);
begin
  phase[c] := with;
  need[0] := true;
  need[1] := true;
end;

startstate begin
  for i : index do
    root[i] := 0;
  end;
  for t : leaf_table do
    for j : index do
      leaf[t][j] := 0;
    end;
  end;
  for f : frame do
    is_free[f] := true;
  end;
  for c : cpu do
    need[c] := false;
    phase[c] := IDLE;
    for i : index do
      for j : index do
        tlb[c][i][j] := 0;
      end;
    end;
  end;
end;

ruleset c : cpu do

  ruleset t : leaf_table; j : index; f : frame do
    rule "map" all_idle() & leaf[t][j] = 0 ==> begin
      leaf[t][j] := f;
      is_free[f] := false;
    end;
  end;

  ruleset t : leaf_table; j : index do
    rule "unmap" all_idle() & leaf[t][j] != 0 ==> begin
      wait_for_all(c, leaf[t][j] + WITH_NONE);
      leaf[t][j] := 0;
    end;
  end;

  ruleset i : index; t : leaf_table do
    rule "link" all_idle() & root[i] = 0 ==> begin
      root[i] := t;
    end;
  end;

  ruleset i : index do
    rule "unlink" all_idle() & root[i] != 0 ==> begin
      wait_for_all(c, WITH_NONE);
      root[i] := 0;
    end;
  end;

  rule "flush" need[c] ==> begin
    for i : index do
      for j : index do
        tlb[c][i][j] := 0;
      end;
    end;
    need[c] := false;
  end;

  rule "done" phase[c] != IDLE & !need[c] & (BUG | !need[1 - c]) ==> begin
    if phase[c] != WITH_NONE & !is_named(phase[c] - WITH_NONE) then
      is_free[phase[c] - WITH_NONE] := true;
    end;
    phase[c] := IDLE;
  end;

  ruleset i : index; j : index do

    rule "fill" has_room(c) & tlb[c][i][j] = 0 & root[i] != 0 & leaf[root[i]][j] != 0 ==> begin
      tlb[c][i][j] := leaf[root[i]][j];
    end;

    rule "evict" tlb[c][i][j] != 0 ==> begin
      tlb[c][i][j] := 0;
    end;
  end;
end;

invariant "no TLB entry names a free frame"
  forall c : cpu do forall i : index do forall j : index do
    tlb[c][i][j] != 0 -> !is_free[tlb[c][i][j]]
  end end end;
