/**
 * Which of Procore's projects an object's cost belongs to: by what rules do with the rest of its SAP project, by the rows of the configuration, origin ids, numbers and
 * names. Inactive projects are none; a project that rules name and Procore does not show is one, so that nothing weaker takes its place.
 */
import { findProjects, type ProjectNaming, type ProjectSeen } from "../find-projects.ts";
import { beginsWith, charactersOf, endOf, isNameable, isTelling, partsKey, partsOf } from "./numbers.ts";
import { createBallot, proposalPoints as points, type Scored } from "./points.ts";
import { objectName, type Precedents, sayingOf } from "./precedents.ts";
import type { ObjectSight } from "./sap-sight.ts";
import { createWordIndex, readWords } from "./words.ts";

export type ProjectToPropose = ProjectSeen & { readonly name: string | null };

/** `id` is absent where Procore does not show what rules name. */
export type ProjectCandidate = { readonly id: number | undefined; readonly number: string; readonly name: string };

type Seen = {
  readonly project: ProjectCandidate;
  readonly parts: readonly string[];
  readonly key: string;
  readonly characters: string;
  readonly originId: string | null;
};

function seeProject(project: ProjectToPropose): Seen {
  const number = project.projectNumber ?? "";
  const parts = partsOf(number);
  const characters = charactersOf(number);
  return { project: candidateOf(project), parts, key: partsKey(parts), characters, originId: project.originId };
}

const candidateOf = ({ id, projectNumber, name }: ProjectToPropose): ProjectCandidate => ({
  id,
  number: projectNumber ?? "",
  name: name ?? "",
});

type Ballot = ReturnType<typeof createBallot<ProjectCandidate>>;

function addNumbers(ballot: Ballot, seen: readonly Seen[], sight: ObjectSight): void {
  const own = partsOf(sight.project?.id ?? "");
  const whole = partsOf(sight.posid);
  const texts = partsOf(sight.text);
  const sap = sight.project?.id ?? sight.posid;
  const [ownKey, sapCharacters] = [partsKey(own), charactersOf(sap)];
  for (const { project, parts, key, characters } of seen) {
    if (!isTelling(parts)) continue;
    const { number } = project;
    if (own.length > 0 && ownKey === key)
      ballot.add(project, points.sameNumber, `project number ${number} is SAP's project ${sap}`);
    else if (own.length > 0 && sapCharacters === characters)
      ballot.add(project, points.sameButSeparators, `project number ${number} is SAP's project ${sap} but for separators`);
    else if (own.length === 0 && beginsWith(whole, parts))
      ballot.add(project, points.beginsWithNumber, `WBS element ${sight.posid} begins with project number ${number}`);
    else if (sight.posid === "" && isNameable(parts) && textNames(texts, parts))
      ballot.add(project, points.textNamesNumber, `the text "${sight.text}" names project number ${number}`);
  }
}

function textNames(text: readonly string[], number: readonly string[]): boolean {
  return text.some((_, index) => beginsWith(text.slice(index), number));
}

/** Where numbers of the two systems only end alike, and only one project's does. */
function addEnds(ballot: Ballot, byEnd: ReadonlyMap<string, readonly Seen[]>, sight: ObjectSight): void {
  const end = endOf(partsOf(sight.project?.id ?? ""));
  const [only, ...others] = end === undefined ? [] : (byEnd.get(end) ?? []);
  if (!only || others.length > 0 || only.key === partsKey(partsOf(sight.project?.id ?? ""))) return;
  const text = `${sight.project?.id} and project number ${only.project.number} end alike, as no other does`;
  ballot.add(only.project, points.sameEndOfNumber, text);
}

function addNames(ballot: Ballot, lookUp: ReturnType<typeof createWordIndex<Seen>>, sight: ObjectSight): void {
  const name = sight.project?.name || (sight.objectKind === "wbs" ? "" : sight.text);
  if (name === "") return;
  for (const { value, isSame, permille, shared, hasOtherMarks: isOther } of lookUp(name)) {
    const { project } = value;
    if (isSame) ballot.add(project, points.sameProjectName, `same name, "${project.name}"`);
    else {
      const worth = Math.floor((points.sharedWordsMost * permille) / 1_000);
      if (worth > 0) ballot.add(project, worth, `"${name}" and "${project.name}" share ${shared.join(", ")}`);
    }
    if (isOther) ballot.add(project, points.otherNumbers, `"${name}" and "${project.name}" have other numbers`);
  }
}

/** Against those that only numbers speak for: what rules, rows and origin ids say was said by a person, whatever the names are. */
function addUnlike(ballot: Ballot, sight: ObjectSight, isSaid: (project: ProjectCandidate) => boolean): void {
  const name = sight.project?.name ?? "";
  const words = readWords(name);
  if (words.all.size === 0) return;
  for (const project of ballot.values()) {
    const other = readWords(project.name);
    if (isSaid(project) || other.all.size === 0 || [...words.all.keys()].some((word) => other.all.has(word))) continue;
    ballot.add(project, points.namesUnlike, `"${name}" and "${project.name}" have nothing in common`);
  }
}

export type ProjectFinder = {
  readonly candidates: (sight: ObjectSight) => readonly Scored<ProjectCandidate>[];
  /** The name by which a rule finds just this project; none where it needs a row under `projects:`. */
  readonly ruleName: (project: ProjectCandidate) => string | undefined;
};

export type ProjectsGiven = {
  readonly projects: readonly ProjectToPropose[];
  readonly naming: ProjectNaming;
  readonly precedents: Precedents;
  /** As existing rules name them. */
  readonly ruleNames: readonly string[];
};

export function createProjectFinder({ projects, naming, precedents, ruleNames }: ProjectsGiven): ProjectFinder {
  const active = projects.filter(({ isActive }) => isActive !== false);
  const seen = active.map(seeProject);
  const byEnd = new Map<string, Seen[]>();
  for (const each of seen) {
    const end = endOf(each.parts);
    if (end !== undefined) byEnd.set(end, [...(byEnd.get(end) ?? []), each]);
  }
  const lookUp = createWordIndex(seen.map((value) => ({ value, text: value.project.name })));
  const idOf = (name: string): ProjectToPropose | undefined => {
    const found = findProjects([name], active, naming).get(name);
    return found?.kind === "found" ? found.project : undefined;
  };
  const byRules = new Map(ruleNames.map((name) => [name, idOf(name)]));
  const ofRule = (name: string): ProjectCandidate => {
    const project = byRules.get(name);
    return project ? candidateOf(project) : { id: undefined, number: name, name: "" };
  };
  const { systemId, client } = naming.client;

  const addPrecedents = (ballot: Ballot, sight: ObjectSight) => {
    const own = sayingOf(precedents.projectOfObject, objectName(sight));
    if (own) ballot.add(ofRule(own.value), own.points, `rules lead other accounts of ${sight.object} to ${own.value}`);
    const { project } = sight;
    const same = project && sayingOf(precedents.projectOfSapProject, project.pspnr);
    if (!same) return;
    const text = `rules lead ${same.agreeing} of ${same.of} objects of SAP's project ${project.id} to ${same.value}`;
    ballot.add(ofRule(same.value), same.points, text);
  };
  const addKeys = (ballot: Ballot, sight: ObjectSight) => {
    const id = sight.project?.id ?? "";
    if (id === "") return;
    const row = Object.hasOwn(naming.rows, id) ? seen.find(({ project }) => project.id === naming.rows[id]) : undefined;
    if (row) ballot.add(row.project, points.configuredRow, `projects: has a row for ${id}`);
    const origins = new Set([id, `${systemId}.${client}.PJ.${id}`]);
    for (const { project, originId } of seen)
      if (originId !== null && origins.has(originId))
        ballot.add(project, points.sameOriginId, `its origin id ${originId} is SAP's project`);
  };
  return {
    candidates(sight) {
      const ballot = createBallot<ProjectCandidate>(({ id, number }) => `${id ?? `"${number}"`}`);
      addPrecedents(ballot, sight);
      addKeys(ballot, sight);
      const said = new Set(ballot.values());
      addNumbers(ballot, seen, sight);
      addEnds(ballot, byEnd, sight);
      addNames(ballot, lookUp, sight);
      addUnlike(ballot, sight, (project) => said.has(project));
      return ballot.ranked();
    },
    ruleName(project) {
      const used = ruleNames.find((name) => byRules.get(name)?.id === project.id);
      const own = active.find(({ id }) => id === project.id);
      const names = [used, own?.projectNumber, own?.originId].flatMap((name) => name || []);
      return names.find((name) => idOf(name)?.id === project.id);
    },
  };
}
