import { ActionPlanSchema, ActionSchema, EfficacyIndicatorSchema } from "./action-plan.ts";
import { AuditSchema } from "./audit.ts";
import { AuditTemplateSchema } from "./audit-template.ts";
import { BrokerMarkSchema } from "./broker-mark.ts";
import { CatalogueSchema } from "./catalogue.ts";
import { DeadLetterSchema } from "./dead-letter.ts";
import { EventSchema } from "./event.ts";
import { GoalSchema, StrategySchema } from "./goal.ts";
import { ModelChunkSchema, ModelHeadSchema, ModelSnapshotSchema } from "./model-snapshot.ts";
import { OutboxSchema } from "./outbox.ts";
import { ProcessSchema } from "./process.ts";
import { RunSchema } from "./run.ts";
import { ScoringEngineSchema } from "./scoring-engine.ts";
import { ServiceSchema } from "./service.ts";

/** Every table of the database. A test compares them with what the migrations make. */
export const ENTITIES = [
  GoalSchema,
  StrategySchema,
  AuditTemplateSchema,
  AuditSchema,
  RunSchema,
  EventSchema,
  ActionPlanSchema,
  ActionSchema,
  EfficacyIndicatorSchema,
  ScoringEngineSchema,
  CatalogueSchema,
  ServiceSchema,
  OutboxSchema,
  DeadLetterSchema,
  ModelSnapshotSchema,
  ModelChunkSchema,
  ModelHeadSchema,
  BrokerMarkSchema,
  ProcessSchema,
];
